-- name: create_demo_progress(user_ids, slugs)!
-- purpose:  Let some of the new demo learners have finished up to three lessons of a course.
-- endpoint: flask seed demo
-- param:    user_ids bigint[], accounts made in this transaction
-- param:    slugs text[], the courses to watch
-- returns:  the number of lessons finished or begun
-- index:    idx_enrollments_user_course
-- budget:   200 ms, once
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
with available as (
    select
        enrollments.user_id,
        enrollments.enrolled_at,
        lessons.id as lesson_id,
        coalesce(lessons.duration_seconds, 0) as duration_seconds,
        row_number() over (
            partition by enrollments.user_id, courses.id
            order by modules.position, lessons.position
        ) as n,
        count(*) over (partition by enrollments.user_id, courses.id) as lessons_count,
        -- Below zero for half of them, who have not begun.
        mod(enrollments.user_id * 3 + courses.id, 8) - 4 as finished
    from enrollments
    inner join courses on enrollments.course_id = courses.id
    inner join modules on courses.id = modules.course_id
    inner join lessons on modules.id = lessons.module_id
    where
        enrollments.user_id = any(cast(:user_ids as bigint[]))
        and courses.slug = any(cast(:slugs as text[]))
        and lessons.published_at is not null
),

watched as (
    select
        user_id,
        lesson_id,
        duration_seconds,
        n <= finished as is_completed,
        case when n <= finished then 100 else 40 end as percentage,
        enrolled_at + (now() - enrolled_at) * (n / (finished + 2.0)) as watched_at
    from available
    where
        n <= finished + 1
        -- Nobody completes a course, which would owe them its points as well.
        and n < lessons_count
)

insert into lesson_progress (
    user_id, lesson_id, watched_seconds, last_position_seconds, completion_percentage,
    is_completed, completed_at, created_at, updated_at, sent_at, throttle_at
)
select
    user_id,
    lesson_id,
    duration_seconds * percentage / 100,
    duration_seconds * percentage / 100,
    percentage,
    is_completed,
    case when is_completed then watched_at end,
    watched_at,
    watched_at,
    watched_at,
    watched_at
from watched
order by watched_at;
