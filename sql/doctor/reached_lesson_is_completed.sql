-- name: reached_lesson_is_completed()
-- purpose:  Who is enrolled and has watched as much of a published lesson as the course asks for
--           has completed it. After a threshold was lowered, soon: the worker does it.
-- endpoint: flask doctor invariants
-- param:    none
-- returns:  rows of violations bigint (how many there are), user_id bigint and detail text, of the
--           first five
-- index:    none
-- budget:   30 s, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
with violation as (
    select
        lp.user_id,
        concat(
            'has watched enough (', lp.completion_percentage, ') of lesson ', lp.lesson_id,
            ' and has not completed it'
        ) as detail
    from lesson_progress as lp
    inner join lessons as l on lp.lesson_id = l.id and l.published_at is not null
    inner join modules as m on l.module_id = m.id
    inner join courses as c on m.course_id = c.id
    inner join enrollments as e on c.id = e.course_id and lp.user_id = e.user_id
    where not lp.is_completed and lp.completion_percentage >= c.completion_threshold
)

select
    count(*) over () as violations,
    user_id,
    detail
from violation
order by user_id
limit 5;
