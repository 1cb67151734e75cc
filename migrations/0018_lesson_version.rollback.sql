alter table lessons drop column version;
