-- name: get_course(course_id, slug)^
-- purpose:  The course whose certificates are issued in bulk, and how many learners it has.
-- endpoint: flask certificates issue
-- param:    course_id bigint, or null when it has a slug
-- param:    slug text, or null when it has an id
-- returns:  id bigint, title text, and learners bigint; no row when there is none
-- index:    idx_enrollments_course_id_id
-- budget:   100 ms, the largest course of 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
select
    c.id,
    c.title,
    (
        select count(*) from enrollments as e
        where e.course_id = c.id
    ) as learners
from courses as c
where c.id = :course_id or c.slug = :slug;
