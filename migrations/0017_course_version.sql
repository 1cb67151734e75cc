-- depends: 0016_idempotency_keys
-- How often the row was changed; the ETag of the resource begins with it.
-- A table a migration: who reads them takes their locks in any order.
alter table courses add column version bigint not null default 1;
