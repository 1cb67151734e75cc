-- transactional: false
drop index concurrently if exists idx_one_time_tokens_expires_at;
