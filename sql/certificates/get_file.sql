-- name: get_file(user_id, certificate_id, known_sha256)^
-- purpose:  The PDF of a certificate, unless the client has it already.
-- endpoint: GET /api/v1/certificates/<certificate_id>/pdf
-- param:    user_id bigint, the learner
-- param:    certificate_id bigint, of theirs
-- param:    known_sha256 bytea, of the PDF that the client has, or null
-- returns:  outcome (ok, rendering, certificate_failed), pdf bytea or null, its pdf_sha256 bytea,
--           course_title text and completed_on date; no row when there is no such certificate
-- index:    certificates_pkey or idx_certificates_id, certificate_files_pkey
-- budget:   5 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select
    case
        when cf.user_id is not null then 'ok'
        when ct.failed_at is not null then 'certificate_failed'
        else 'rendering'
    end as outcome,
    case when cf.pdf_sha256 = :known_sha256::bytea then null else cf.pdf end as pdf,
    cf.pdf_sha256,
    ct.course_title,
    ct.completed_on
from certificates as ct
left join certificate_files as cf on ct.user_id = cf.user_id and ct.id = cf.certificate_id
where ct.user_id = :user_id and ct.id = :certificate_id;
