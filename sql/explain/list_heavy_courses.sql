-- name: list_heavy_courses()$
-- purpose:  In which courses to measure: the 1 % that most are enrolled in.
-- endpoint: flask db explain
-- param:    none
-- returns:  bigint[], null without enrollments
-- index:    none
-- budget:   2 s, once, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
select array_agg(ranked.course_id)
from (
    select
        course_id,
        percent_rank() over (order by count(*) desc) as share
    from enrollments
    group by course_id
) as ranked
where ranked.share <= 0.01;
