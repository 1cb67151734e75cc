-- depends: 0019_module_version
-- transactional: false
-- squawk-disable-assume-in-transaction
-- What was done to one thing, what one person did, and where somebody did one thing, newest first.
-- Waiting for older transactions counts as waiting for a lock.
set lock_timeout = 0;
set statement_timeout = 0;
-- A run that was cut off leaves an invalid index, which must not count as there.
drop index concurrently if exists idx_audit_log_target_type_target_id_id;
create index concurrently if not exists idx_audit_log_target_type_target_id_id
on audit_log (target_type, target_id, id);
drop index concurrently if exists idx_audit_log_actor_id_id;
create index concurrently if not exists idx_audit_log_actor_id_id on audit_log (actor_id, id);
drop index concurrently if exists idx_audit_log_action_id;
create index concurrently if not exists idx_audit_log_action_id on audit_log (action, id);
