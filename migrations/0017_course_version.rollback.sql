alter table courses drop column version;
