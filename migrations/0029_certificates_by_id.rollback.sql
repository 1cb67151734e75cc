-- transactional: false
set lock_timeout = 0;
set statement_timeout = 0;
drop index concurrently if exists idx_certificates_waiting;
drop index concurrently if exists idx_certificates_id;
