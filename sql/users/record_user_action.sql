-- name: record_user_action(action, user_id, role)!
-- purpose:  Put into the audit trail what somebody at the command line did to an account.
-- endpoint: flask users create, flask users deactivate
-- param:    action text, user_created or user_deactivated
-- param:    user_id bigint, the account
-- param:    role text, the role it was given, or null
-- returns:  the number of entries, 1
-- index:    none
-- budget:   2 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the new row
-- scope:    one-user
-- No actor means the command line. No e-mail: the trail outlives its erasure.
insert into audit_log (action, target_type, target_id, details)
values (
    :action,
    'user',
    :user_id,
    jsonb_strip_nulls(jsonb_build_object('role', cast(:role as text)))
);
