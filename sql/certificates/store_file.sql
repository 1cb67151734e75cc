-- name: store_file(user_id, certificate_id, pdf, credential)!
-- purpose:  The file of a certificate is made: it can be downloaded from now on.
-- endpoint: job render_certificate
-- param:    user_id bigint, the learner
-- param:    certificate_id bigint, of theirs
-- param:    pdf bytea, the file
-- param:    credential text, signed, or null
-- returns:  the number of files stored, 0 when there was one
-- index:    certificates_pkey or idx_certificates_id, certificate_files_pkey
-- budget:   20 ms p95, 100 KB
-- cache:    none
-- drops:    none
-- locks:    the new row; the certificate's row
-- scope:    one-user
with stored as (
    insert into certificate_files (user_id, certificate_id, pdf, pdf_sha256, credential)
    values (:user_id, :certificate_id, :pdf::bytea, sha256(:pdf::bytea), :credential)
    on conflict on constraint certificate_files_pkey do nothing
    returning user_id, certificate_id
)

update certificates as ct
set
    rendered_at = now(),
    failed_at = null
from stored
where ct.user_id = stored.user_id and ct.id = stored.certificate_id;
