-- name: get_stale(seconds, course_id)^
-- purpose:  What a refresh has to do: until when numbers count as old, and how many courses have
--           such.
-- endpoint: flask statistics refresh, flask seed load, job refresh_statistics
-- param:    seconds double precision, how old they may be
-- param:    course_id bigint, the only course to look at, or null
-- returns:  before timestamptz, and courses bigint
-- index:    none
-- budget:   2 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select
    now() - :seconds * interval '1 second' as before,
    count(*) as courses
from course_statistics
where
    course_id = coalesce(:course_id, course_id)
    and coalesce(as_of < now() - :seconds * interval '1 second', true);
