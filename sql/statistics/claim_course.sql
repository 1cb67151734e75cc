-- name: claim_course(before, after_id, course_id)$
-- purpose:  Take the next course whose numbers are old, and which nobody else is counting, until
--           the transaction ends.
-- endpoint: flask statistics refresh, flask seed load, job refresh_statistics
-- param:    before timestamptz, numbers that are older are old
-- param:    after_id bigint, the course before, or 0
-- param:    course_id bigint, the only course to take, or null
-- returns:  the course's id, or no row
-- index:    none
-- budget:   2 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    the course's row in course_statistics, which readers do not wait for
-- scope:    none
select course_id
from course_statistics
where
    course_id = coalesce(:course_id, course_id)
    and course_id > :after_id
    and coalesce(as_of < :before, true)
order by course_id
limit 1
for no key update skip locked;
