-- People and how they are let in.
--
-- users is catalogue data (a reference table on a distributed engine); every
-- other table about one person starts its keys with user_id.

create table users (
    id bigint generated always as identity primary key,
    email text not null,
    password_hash text not null,
    full_name text not null,
    role text not null default 'learner',
    locale text not null default 'en',
    timezone text not null default 'UTC',
    leaderboard_opt_in boolean not null default false,
    email_verified_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deactivated_at timestamptz,
    deleted_at timestamptz,
    constraint users_email_key unique (email),
    constraint users_email_check
    check (email = lower(email) and length(email) between 3 and 254),
    constraint users_full_name_check check (length(full_name) between 1 and 200),
    constraint users_role_check check (role in ('learner', 'instructor', 'admin')),
    constraint users_locale_check check (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
    -- The conversion raises 22023 for a zone this server does not know.
    constraint users_timezone_check
    check (timestamptz '2000-01-01 00:00+00' at time zone timezone is not null),
    constraint users_deleted_is_deactivated_check
    check (deleted_at is null or deactivated_at is not null)
);

-- One row a login. A token names (user_id, id); refresh_generation is the only
-- refresh token that is still good, so an older one proves a copy was used.
create table sessions (
    user_id bigint not null references users (id),
    id bigint generated always as identity,
    refresh_generation integer not null default 1,
    created_at timestamptz not null default now(),
    refreshed_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    revoked_reason text,
    constraint sessions_pkey primary key (user_id, id),
    constraint sessions_refresh_generation_check check (refresh_generation > 0),
    constraint sessions_revoked_check check ((revoked_at is null) = (revoked_reason is null)),
    constraint sessions_revoked_reason_check check (
        revoked_reason in ('logout', 'password_change', 'deactivation', 'refresh_reuse')
    )
) with (fillfactor = 90);

-- E-mail verification and password reset: only the hash of a token is kept.
create table one_time_tokens (
    user_id bigint not null references users (id),
    token_hash bytea not null,
    purpose text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint one_time_tokens_pkey primary key (user_id, token_hash),
    constraint one_time_tokens_token_hash_check check (length(token_hash) = 32),
    constraint one_time_tokens_purpose_check
    check (purpose in ('email_verification', 'password_reset'))
);

-- The newest failed logins of an account, known or not. The key is a hash,
-- because people type passwords into the e-mail field.
create table login_failures (
    email_hash bytea not null,
    failed_at timestamptz[] not null,
    last_failed_at timestamptz not null,
    constraint login_failures_pkey primary key (email_hash),
    constraint login_failures_failed_at_check check (cardinality(failed_at) between 1 and 10)
) with (fillfactor = 80);

-- The purge of old rows walks this.
create index idx_login_failures_last_failed_at on login_failures (last_failed_at);

-- What staff did, to what, and why. Rows are never changed.
create table audit_log (
    id bigint generated always as identity primary key,
    actor_id bigint references users (id),
    action text not null,
    target_type text not null,
    target_id bigint,
    details jsonb not null default '{}',
    created_at timestamptz not null default now()
);
