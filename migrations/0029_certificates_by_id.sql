-- depends: 0028_certificate_texts
-- transactional: false
-- squawk-disable-assume-in-transaction
-- Admins name a certificate by its id alone, and a status list is a range of ids.
-- Waiting for older transactions counts as waiting for a lock.
set lock_timeout = 0;
set statement_timeout = 0;
-- A run that was cut off leaves an invalid index, which must not count as there.
drop index concurrently if exists idx_certificates_id;
create index concurrently if not exists idx_certificates_id on certificates (id);
-- Those that wait for their file: hardly any.
drop index concurrently if exists idx_certificates_waiting;
create index concurrently if not exists idx_certificates_waiting on certificates (id)
where rendered_at is null and failed_at is null;
