-- name: update_module(actor_id, module_id, changes)!
-- purpose:  Change what is sent of a module, and note who did.
-- endpoint: PATCH /api/v1/modules/<module_id>
-- param:    actor_id bigint, the author
-- param:    module_id bigint, locked before
-- param:    changes jsonb, columns and their new values
-- returns:  the number of modules changed, 1
-- index:    modules_pkey
-- budget:   3 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    the module's row
-- scope:    none
with updated as (
    update modules as m
    set
        title = new.title,
        version = m.version + 1,
        updated_at = now()
    from modules as old
    cross join lateral jsonb_populate_record(old, :changes::jsonb) as new
    where m.id = :module_id and old.id = :module_id
    returning m.id
)

insert into audit_log (actor_id, action, target_type, target_id, details)
select
    :actor_id,
    'module_updated',
    'module',
    updated.id,
    :changes::jsonb
from updated;
