-- transactional: false
set lock_timeout = 0;
set statement_timeout = 0;
drop index concurrently if exists idx_audit_log_action_id;
drop index concurrently if exists idx_audit_log_actor_id_id;
drop index concurrently if exists idx_audit_log_target_type_target_id_id;
