-- name: get_texts(user_id, certificate_id)^
-- purpose:  What the file of a certificate says, for the worker that makes it.
-- endpoint: job render_certificate
-- param:    user_id bigint, the learner
-- param:    certificate_id bigint, of theirs
-- returns:  course_id bigint, code, learner_name, course_title, language text, completed_on date,
--           issued_at timestamptz, signatory_name text or null; no row when the file is there
-- index:    certificates_pkey or idx_certificates_id, certificate_files_pkey
-- budget:   2 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select
    ct.course_id,
    ct.code,
    ct.learner_name,
    ct.course_title,
    ct.language,
    -- Of those that are older than the column.
    coalesce(ct.completed_on, ct.issued_at::date) as completed_on,
    ct.issued_at,
    ct.signatory_name
from certificates as ct
where
    ct.user_id = :user_id
    and ct.id = :certificate_id
    and not exists (
        select from certificate_files as cf
        where cf.user_id = :user_id and cf.certificate_id = :certificate_id
    );
