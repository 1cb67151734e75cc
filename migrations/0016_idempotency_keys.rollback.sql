drop table idempotency_keys;
alter table modules drop column version, drop column archived_at;
alter table lessons drop column version;
alter table courses drop column version;
