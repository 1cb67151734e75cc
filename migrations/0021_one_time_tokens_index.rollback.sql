-- transactional: false
set lock_timeout = 0;
set statement_timeout = 0;
drop index concurrently if exists idx_one_time_tokens_expires_at;
