-- depends: 0017_course_version
-- How often the row was changed; the ETag of the resource begins with it.
alter table lessons add column version bigint not null default 1;
