-- name: verify_certificate(code, public_url)$
-- purpose:  What a certificate says, and whether it counts, for whoever has its code.
-- endpoint: GET /api/v1/certificates/verify/<code>
-- param:    code text, from the path
-- param:    public_url text, of the service
-- returns:  json CertificateVerification, or no row for an unknown code
-- index:    idx_certificates_code
-- budget:   2 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
select json_build_object(
    'code', ct.code,
    'validity', case
        when ct.revoked_at is not null then 'revoked'
        when ct.replaced_at is not null then 'replaced'
        else 'valid'
    end,
    'learner_name', ct.learner_name,
    'course_title', ct.course_title,
    'signatory_name', ct.signatory_name,
    'language', ct.language,
    'completed_on', ct.completed_on,
    'issued_at', ct.issued_at,
    'revoked_at', ct.revoked_at,
    'replaced_at', ct.replaced_at,
    'verify_url', :public_url::text || '/api/v1/certificates/verify/' || ct.code
)
from certificates as ct
where ct.code = :code;
