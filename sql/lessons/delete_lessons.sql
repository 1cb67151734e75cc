-- name: delete_lessons(actor_id, course_id, module_id, lesson_id)$
-- purpose:  Delete lessons that nobody began, and archive those with progress, unless that would
--           leave a published course without any.
-- endpoint: DELETE /api/v1/modules/<module_id>, DELETE /api/v1/lessons/<lesson_id>
-- param:    actor_id bigint, the author
-- param:    course_id bigint, locked before
-- param:    module_id bigint, all lessons of this one; or null
-- param:    lesson_id bigint, only this one; or null
-- returns:  outcome (ok, last_published_lesson)
-- index:    idx_lesson_progress_lesson_id
-- budget:   10 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    courses:published
-- locks:    the lessons' rows, locked before
-- scope:    all-users
with doomed as materialized (
    select
        l.id,
        l.title,
        begun.by_somebody
    from modules as m
    inner join lessons as l on m.id = l.module_id
    cross join lateral (
        select exists(
            select from lesson_progress as lp
            where lp.lesson_id = l.id
        ) as by_somebody
    ) as begun
    where
        m.course_id = :course_id
        and m.id = coalesce(:module_id::bigint, m.id)
        and l.id = coalesce(:lesson_id::bigint, l.id)
        and l.archived_at is null
),

judged as materialized (
    select
        c.published_at is not null
        and not exists (
            select
            from modules as m
            inner join lessons as l on m.id = l.module_id
            where
                m.course_id = c.id
                and l.published_at is not null
                and l.id not in (select doomed.id from doomed)
        ) as is_last
    from courses as c
    where c.id = :course_id
),

archived as (
    update lessons as l
    set
        published_at = null,
        archived_at = now(),
        version = l.version + 1,
        updated_at = now()
    from doomed
    cross join judged
    where l.id = doomed.id and doomed.by_somebody and not judged.is_last
    returning l.id, l.title, 'lesson_archived' as action
),

deleted as (
    delete from lessons as l
    using doomed, judged
    where l.id = doomed.id and not doomed.by_somebody and not judged.is_last
    returning l.id, l.title, 'lesson_deleted' as action
),

audited as (
    insert into audit_log (actor_id, action, target_type, target_id, details)
    select
        :actor_id,
        gone.action,
        'lesson',
        gone.id,
        jsonb_build_object('course_id', :course_id, 'title', gone.title)
    from (
        select * from archived
        union all
        select * from deleted
    ) as gone
)

select case when judged.is_last then 'last_published_lesson' else 'ok' end as outcome
from judged;
