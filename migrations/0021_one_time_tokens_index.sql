-- depends: 0020_audit_log_indexes
-- transactional: false
-- squawk-disable-assume-in-transaction
-- The purge of old tokens walks this.
-- Waiting for older transactions counts as waiting for a lock.
set lock_timeout = 0;
set statement_timeout = 0;
-- A run that was cut off leaves an invalid index, which must not count as there.
drop index concurrently if exists idx_one_time_tokens_expires_at;
create index concurrently if not exists idx_one_time_tokens_expires_at
on one_time_tokens (expires_at);
