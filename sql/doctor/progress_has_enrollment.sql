-- name: progress_has_enrollment()
-- purpose:  Nobody has progress in a course without being enrolled, now or before.
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
        watched.user_id,
        concat('progress in course ', watched.course_id, ' without an enrollment') as detail
    from (
        select distinct
            lp.user_id,
            m.course_id
        from lesson_progress as lp
        inner join lessons as l on lp.lesson_id = l.id
        inner join modules as m on l.module_id = m.id
    ) as watched
    where
        not exists (
            select
            from enrollments as e
            where e.user_id = watched.user_id and e.course_id = watched.course_id
        )
        and not exists (
            select
            from past_enrollments as pe
            where pe.user_id = watched.user_id and pe.course_id = watched.course_id
        )
)

select
    count(*) over () as violations,
    user_id,
    detail
from violation
order by user_id
limit 5;
