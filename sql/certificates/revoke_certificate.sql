-- name: revoke_certificate(actor_id, user_id, certificate_id, reason)$
-- purpose:  A certificate does not count any more; who said so, and why, is noted.
-- endpoint: POST /api/v1/certificates/<certificate_id>/revoke
-- param:    actor_id bigint, the admin
-- param:    user_id bigint, the learner
-- param:    certificate_id bigint, of theirs
-- param:    reason text, from the body
-- returns:  outcome (ok, unchanged when it was revoked before, certificate_replaced), or no row
-- index:    certificates_pkey or idx_certificates_id
-- budget:   3 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    the certificate's row
-- scope:    one-user
-- Locked before anything is decided: who replaces it at this moment comes first.
with old as materialized (
    select
        ct.user_id,
        ct.id,
        ct.revoked_at,
        ct.replaced_at
    from certificates as ct
    where ct.user_id = :user_id and ct.id = :certificate_id
    for no key update
),

revoked as (
    update certificates as ct
    set
        revoked_at = now(),
        revoked_reason = :reason
    from old
    where
        ct.user_id = old.user_id
        and ct.id = old.id
        and old.revoked_at is null
        and old.replaced_at is null
    returning ct.id
),

audited as (
    insert into audit_log (actor_id, action, target_type, target_id, details)
    select
        :actor_id,
        'certificate_revoked',
        'certificate',
        revoked.id,
        jsonb_build_object('user_id', :user_id::bigint, 'reason', :reason::text)
    from revoked
)

select
    case
        when old.replaced_at is not null then 'certificate_replaced'
        when old.revoked_at is not null then 'unchanged'
        else 'ok'
    end as outcome
from old;
