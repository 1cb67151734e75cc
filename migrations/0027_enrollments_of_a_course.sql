-- depends: 0026_lesson_statistics
-- transactional: false
-- squawk-disable-assume-in-transaction
-- The learners of a course in the order in which they came, a page at a time: with course_id alone
-- each page would read and sort all of them. (With user_id instead, statements about one learner
-- would use it in place of idx_enrollments_user_course.) It does what the old index did.
-- Waiting for older transactions counts as waiting for a lock.
set lock_timeout = 0;
set statement_timeout = 0;
-- A run that was cut off leaves an invalid index, which must not count as there.
drop index concurrently if exists idx_enrollments_course_id_id;
create index concurrently if not exists idx_enrollments_course_id_id on enrollments (course_id, id);
drop index concurrently if exists idx_enrollments_course_id;
