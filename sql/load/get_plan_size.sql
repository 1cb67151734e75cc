-- name: get_plan_size()^
-- purpose:  How much is planned, before it is made.
-- endpoint: flask seed load
-- param:    none
-- returns:  the numbers of enrollments and of lessons begun
-- index:    none
-- budget:   1 s, once, 100 k users
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    none
select
    count(*) as enrollments,
    coalesce(sum(lessons), 0) as lessons
from load_plan;
