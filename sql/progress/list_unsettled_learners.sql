-- name: list_unsettled_learners(course_id)$
-- purpose:  Who has done all that a course asks for since its author took a lesson away or lowered
--           the threshold, and has not got it yet.
-- endpoint: job settle_course
-- param:    course_id bigint, the course that was changed
-- returns:  bigint[], in ascending order
-- index:    none
-- budget:   5 s, the largest course of 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
with lesson as materialized (
    select
        l.id,
        c.completion_threshold
    from courses as c
    inner join modules as m on c.id = m.course_id
    inner join lessons as l on m.id = l.module_id
    where c.id = :course_id and l.published_at is not null
),

done as (
    select
        lp.user_id,
        count(*) as lessons,
        bool_or(not lp.is_completed) as has_reached
    from lesson
    inner join lesson_progress as lp on lesson.id = lp.lesson_id
    where lp.is_completed or lp.completion_percentage >= lesson.completion_threshold
    group by lp.user_id
)

select coalesce(array_agg(e.user_id order by e.user_id), '{}')
from enrollments as e
inner join done on e.user_id = done.user_id
where
    e.course_id = :course_id
    and (
        done.has_reached
        or (e.completed_at is null and done.lessons = (select count(*) from lesson))
    );
