-- name: find_certificate(certificate_id)$
-- purpose:  Whose certificate an admin asks for.
-- endpoint: GET /api/v1/certificates/<certificate_id>,
--           GET /api/v1/certificates/<certificate_id>/pdf,
--           GET /api/v1/certificates/<certificate_id>/credential,
--           POST /api/v1/certificates/<certificate_id>/revoke,
--           POST /api/v1/certificates/<certificate_id>/reissue
-- param:    certificate_id bigint, from the path
-- returns:  user_id bigint, or no row
-- index:    idx_certificates_id
-- budget:   2 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
select ct.user_id
from certificates as ct
where ct.id = :certificate_id;
