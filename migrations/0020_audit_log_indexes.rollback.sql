-- transactional: false
drop index concurrently if exists idx_audit_log_action_id;
drop index concurrently if exists idx_audit_log_actor_id_id;
drop index concurrently if exists idx_audit_log_target_type_target_id_id;
