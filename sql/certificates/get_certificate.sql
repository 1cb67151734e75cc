-- name: get_certificate(user_id, certificate_id, public_url)$
-- purpose:  A certificate as its learner sees it.
-- endpoint: POST /api/v1/certificates/courses/<course_id>,
--           GET /api/v1/certificates/<certificate_id>,
--           POST /api/v1/certificates/<certificate_id>/revoke,
--           POST /api/v1/certificates/<certificate_id>/reissue
-- param:    user_id bigint, the learner
-- param:    certificate_id bigint, of theirs
-- param:    public_url text, of the service
-- returns:  json Certificate, or no row
-- index:    certificates_pkey or idx_certificates_id, certificate_files_pkey
-- budget:   2 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select json_build_object(
    'id', ct.id,
    'course_id', ct.course_id,
    'course_title', ct.course_title,
    'learner_name', ct.learner_name,
    'signatory_name', ct.signatory_name,
    'language', ct.language,
    'completed_on', ct.completed_on,
    'issued_at', ct.issued_at,
    'code', ct.code,
    'verify_url', :public_url::text || '/api/v1/certificates/verify/' || ct.code,
    'pdf_url', '/api/v1/certificates/' || ct.id || '/pdf',
    'credential_url', '/api/v1/certificates/' || ct.id || '/credential',
    'status', case
        when cf.user_id is not null then 'ready'
        when ct.failed_at is not null then 'failed'
        else 'rendering'
    end,
    'validity', case
        when ct.revoked_at is not null then 'revoked'
        when ct.replaced_at is not null then 'replaced'
        else 'valid'
    end,
    'revoked_at', ct.revoked_at,
    'revoked_reason', ct.revoked_reason,
    'replaced_at', ct.replaced_at
)
from certificates as ct
left join certificate_files as cf on ct.user_id = cf.user_id and ct.id = cf.certificate_id
where ct.user_id = :user_id and ct.id = :certificate_id;
