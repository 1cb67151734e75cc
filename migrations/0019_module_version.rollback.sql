alter table modules drop column version, drop column archived_at;
