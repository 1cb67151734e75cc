-- name: record_failure(user_id, certificate_id)!
-- purpose:  The file of a certificate could not be made, and is not tried again by itself.
-- endpoint: job render_certificate
-- param:    user_id bigint, the learner
-- param:    certificate_id bigint, of theirs
-- returns:  the number of certificates, 0 or 1
-- index:    certificates_pkey or idx_certificates_id
-- budget:   3 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the certificate's row
-- scope:    one-user
update certificates
set failed_at = now()
where user_id = :user_id and id = :certificate_id;
