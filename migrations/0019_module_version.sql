-- depends: 0018_lesson_version
-- How often the row was changed; the ETag of the resource begins with it.
alter table modules
add column version bigint not null default 1,
-- Deleted, but a lesson in it has progress.
add column archived_at timestamptz;
