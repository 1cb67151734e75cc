-- depends: 0015_jobs
-- What a request with an Idempotency-Key answered, for the same request again. In the transaction
-- of what it created: neither is there without the other.
create table idempotency_keys (
    user_id bigint not null references users (id),
    key text not null,
    created_at timestamptz not null default now(),
    request_hash bytea not null,
    status smallint not null,
    headers jsonb not null default '{}',
    -- Byte for byte.
    body text not null default '',
    constraint idempotency_keys_pkey primary key (user_id, key),
    constraint idempotency_keys_key_check check (length(key) between 1 and 255),
    constraint idempotency_keys_request_hash_check check (length(request_hash) = 32)
);

-- The purge of old ones walks this.
create index idx_idempotency_keys_created_at on idempotency_keys (created_at);

-- They hold what only their user may see.
revoke all on idempotency_keys from courseapp_readonly;
