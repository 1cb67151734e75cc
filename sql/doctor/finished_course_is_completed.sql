-- name: finished_course_is_completed()
-- purpose:  Who is enrolled and has done every published lesson has completed the course. After
--           the last open lesson was taken away, soon: the worker does it.
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
with published as (
    select
        m.course_id,
        count(*) as lessons
    from lessons as l
    inner join modules as m on l.module_id = m.id
    where l.published_at is not null
    group by m.course_id
),

done as (
    select
        lp.user_id,
        m.course_id,
        count(*) as lessons
    from lesson_progress as lp
    inner join lessons as l on lp.lesson_id = l.id and l.published_at is not null
    inner join modules as m on l.module_id = m.id
    where lp.is_completed
    group by lp.user_id, m.course_id
),

violation as (
    select
        e.user_id,
        concat(
            'every lesson of course ', e.course_id, ' is done, and the course not completed'
        ) as detail
    from enrollments as e
    inner join published on e.course_id = published.course_id
    inner join done on e.user_id = done.user_id and e.course_id = done.course_id
    where e.completed_at is null and done.lessons = published.lessons
)

select
    count(*) over () as violations,
    user_id,
    detail
from violation
order by user_id
limit 5;
