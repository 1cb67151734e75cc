-- name: complete_courses(user_ids, course_id)
-- purpose:  As complete_course, for many learners: the course is done when every published lesson
--           is.
-- endpoint: job settle_course, POST /api/v1/courses/<course_id>/enroll
-- param:    user_ids bigint[], learners whose mutexes are held
-- param:    course_id bigint, the course
-- returns:  rows of user_id bigint, those who completed it now
-- index:    idx_lesson_progress_user_lesson
-- budget:   50 ms p95, warm, 25 learners, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    the enrollments' rows
-- scope:    all-users
with lesson as materialized (
    select l.id
    from modules as m
    inner join lessons as l on m.id = l.module_id
    where m.course_id = :course_id and l.published_at is not null
)

update enrollments as e
set completed_at = now()
where
    e.user_id = any(cast(:user_ids as bigint[]))
    and e.course_id = :course_id
    and e.completed_at is null
    -- An empty course is not done.
    and exists (select from lesson)
    -- One by one: by lesson, it would read the reports of everybody in the course.
    and not exists (
        select
        from lesson
        where (
            select lp.is_completed
            from lesson_progress as lp
            where lp.user_id = e.user_id and lp.lesson_id = lesson.id
        ) is not true
    )
returning e.user_id;
