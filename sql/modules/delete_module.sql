-- name: delete_module(actor_id, module_id)!
-- purpose:  Delete a module whose lessons are deleted, or archive it with those that learners
--           began, and note who did.
-- endpoint: DELETE /api/v1/modules/<module_id>
-- param:    actor_id bigint, the author
-- param:    module_id bigint, locked before
-- returns:  1
-- index:    modules_pkey
-- budget:   3 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    the module's row
-- scope:    none
with judged as materialized (
    select exists(
        select from lessons as l
        where l.module_id = :module_id
    ) as has_lessons
),

archived as (
    update modules as m
    set
        archived_at = now(),
        version = m.version + 1,
        updated_at = now()
    from judged
    where m.id = :module_id and judged.has_lessons
    returning m.id, m.course_id, m.title, 'module_archived' as action
),

deleted as (
    delete from modules as m
    using judged
    where m.id = :module_id and not judged.has_lessons
    returning m.id, m.course_id, m.title, 'module_deleted' as action
)

insert into audit_log (actor_id, action, target_type, target_id, details)
select
    :actor_id,
    gone.action,
    'module',
    gone.id,
    jsonb_build_object('course_id', gone.course_id, 'title', gone.title)
from (
    select * from archived
    union all
    select * from deleted
) as gone;
