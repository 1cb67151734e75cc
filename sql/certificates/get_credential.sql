-- name: get_credential(user_id, certificate_id)^
-- purpose:  The credential of a certificate, as it was signed.
-- endpoint: GET /api/v1/certificates/<certificate_id>/credential
-- param:    user_id bigint, the learner
-- param:    certificate_id bigint, of theirs
-- returns:  outcome (ok, rendering, certificate_failed, credentials_not_configured), credential
--           text, course_title text and completed_on date; no row when there is no such certificate
-- index:    certificates_pkey or idx_certificates_id, certificate_files_pkey
-- budget:   3 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select
    case
        when cf.credential is not null then 'ok'
        when cf.user_id is not null then 'credentials_not_configured'
        when ct.failed_at is not null then 'certificate_failed'
        else 'rendering'
    end as outcome,
    cf.credential,
    ct.course_title,
    ct.completed_on
from certificates as ct
left join certificate_files as cf on ct.user_id = cf.user_id and ct.id = cf.certificate_id
where ct.user_id = :user_id and ct.id = :certificate_id;
