-- name: publish_course(actor_id, course_id)$
-- purpose:  Put a course into the public list, as the newest, if it has a published lesson.
-- endpoint: POST /api/v1/courses/<course_id>/publish
-- param:    actor_id bigint, the author
-- param:    course_id bigint, locked before
-- returns:  outcome (ok, also when it was published before; not_publishable)
-- index:    courses_pkey
-- budget:   3 ms p95, warm, 500 courses
-- cache:    none
-- drops:    courses:published
-- locks:    the course's row
-- scope:    none
with judged as (
    select exists(
        select
        from modules as m
        inner join lessons as l on m.id = l.module_id
        where m.course_id = :course_id and l.published_at is not null
    ) as is_ready
),

published as (
    update courses as c
    set
        published_at = now(),
        version = c.version + 1,
        updated_at = now()
    from judged
    where c.id = :course_id and c.published_at is null and judged.is_ready
    returning c.id
),

audited as (
    insert into audit_log (actor_id, action, target_type, target_id)
    select
        :actor_id,
        'course_published',
        'course',
        published.id
    from published
)

select case when judged.is_ready then 'ok' else 'not_publishable' end as outcome
from judged;
