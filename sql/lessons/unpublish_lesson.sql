-- name: unpublish_lesson(actor_id, course_id, lesson_id)$
-- purpose:  Take a lesson back from learners, unless it is the last one of a published course.
--           Their progress stays.
-- endpoint: POST /api/v1/lessons/<lesson_id>/unpublish
-- param:    actor_id bigint, the author
-- param:    course_id bigint, locked before
-- param:    lesson_id bigint, locked before
-- returns:  outcome (ok, also when it was not published; last_published_lesson)
-- index:    lessons_pkey
-- budget:   3 ms p95, warm, 500 courses
-- cache:    none
-- drops:    courses:published
-- locks:    the lesson's row, not against its learners
-- scope:    none
with judged as materialized (
    select
        c.published_at is not null
        and not exists (
            select
            from modules as m
            inner join lessons as l on m.id = l.module_id
            where
                m.course_id = c.id and l.published_at is not null and l.id <> :lesson_id
        ) as is_last
    from courses as c
    where c.id = :course_id
),

unpublished as (
    update lessons as l
    set
        published_at = null,
        version = l.version + 1,
        updated_at = now()
    from judged
    where l.id = :lesson_id and l.published_at is not null and not judged.is_last
    returning l.id
),

audited as (
    insert into audit_log (actor_id, action, target_type, target_id)
    select
        :actor_id,
        'lesson_unpublished',
        'lesson',
        unpublished.id
    from unpublished
)

select case when judged.is_last then 'last_published_lesson' else 'ok' end as outcome
from judged;
