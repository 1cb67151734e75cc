-- name: complete_course(user_id, course_id)$
-- purpose:  Step 4 of a completion: the course is done when every published lesson is.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>
-- param:    user_id bigint, the learner
-- param:    course_id bigint, of the lesson just completed, or come back to
-- returns:  completed_at timestamptz when the course was completed now, else no row
-- index:    idx_lesson_progress_user_lesson
-- budget:   5 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    the enrollment's row
-- scope:    one-user
-- A statement of its own, after the mutex: its snapshot has what the learner's
-- other devices committed.
update enrollments as e
set completed_at = now()
where
    e.user_id = :user_id
    and e.course_id = :course_id
    and e.completed_at is null
    -- An empty course is not done by enrolling in it.
    and exists (
        select
        from modules as m
        inner join lessons as l on m.id = l.module_id
        where m.course_id = :course_id and l.published_at is not null
    )
    and not exists (
        select
        from modules as m
        inner join lessons as l on m.id = l.module_id
        left join lesson_progress as lp on l.id = lp.lesson_id and lp.user_id = :user_id
        where
            m.course_id = :course_id
            and l.published_at is not null
            and lp.is_completed is not true
    )
returning e.completed_at;
