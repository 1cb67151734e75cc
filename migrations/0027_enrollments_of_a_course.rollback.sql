-- transactional: false
set lock_timeout = 0;
set statement_timeout = 0;
drop index concurrently if exists idx_enrollments_course_id;
create index concurrently if not exists idx_enrollments_course_id on enrollments (course_id);
drop index concurrently if exists idx_enrollments_course_id_id;
