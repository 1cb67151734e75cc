-- depends: 0013_roles_make_nothing
-- What the cache must forget, recorded by the transaction that changed it and cleared when it is
-- forgotten: a worker that is killed in between, or a Redis that is away, leaves a row here.
create table cache_drops (
    id bigint generated always as identity primary key,
    -- `*` is everything. `outage`: a writer could not reach Redis, and nobody has looked since.
    key text not null,
    constraint cache_drops_key_check check (length(key) between 1 and 200)
) with (
    -- Rows come and go; the table should stay as small as it is.
    autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0
);

-- The Redis whose contents are known, and the version of them: one that started since may have old
-- ones.
create table cache_server (
    is_only boolean primary key default true,
    run_id text not null,
    constraint cache_server_is_only_check check (is_only)
);
