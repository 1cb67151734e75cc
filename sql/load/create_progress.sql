-- name: create_progress(batch)^
-- purpose:  The lessons that the enrollments of one batch have begun, and the points of those
--           completed, and of the courses.
-- endpoint: flask seed load
-- param:    batch integer, from 0; in order, so that a learner's ledger is in the order of time
-- returns:  the numbers of lessons begun and of entries in the ledger
-- index:    none
-- budget:   3 s, 200 k rows
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
with lesson as materialized (
    select
        modules.course_id,
        lessons.id,
        coalesce(lessons.duration_seconds, 0) as duration_seconds,
        lessons.points,
        row_number() over (
            partition by modules.course_id order by modules.position, lessons.position
        ) as n
    from courses
    inner join modules on courses.id = modules.course_id
    inner join lessons on modules.id = lessons.module_id
    where courses.slug like 'load-____' and lessons.published_at is not null
),

watched as materialized (
    select
        load_plan.user_id,
        lesson.id as lesson_id,
        lesson.duration_seconds,
        lesson.points,
        state.is_completed,
        -- The lowest threshold is 80 %.
        case when state.is_completed then 95 + floor(6 * random()) else 1 + floor(75 * random()) end
            as percentage,
        -- Not to the minute, but in order; the last one when the enrollment says so.
        load_plan.last_watched_at
        - load_plan.step * (load_plan.lessons - lesson.n)
        + load_plan.step * case when lesson.n < load_plan.lessons then random() * 0.9 else 0 end
            as at,
        load_plan.enrolled_at
    from load_plan
    inner join lesson
        on load_plan.course_id = lesson.course_id and load_plan.lessons >= lesson.n
    cross join lateral (
        select
            (load_plan.is_whole or lesson.n < load_plan.lessons)
            and coalesce(lesson.n <> load_plan.skipped, true) as is_completed
    ) as state
    where load_plan.batch = :batch
),

progress as (
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
        case when is_completed then at end,
        greatest(enrolled_at, at - duration_seconds * interval '1 second'),
        at,
        at,
        at + interval '5 seconds'
    from watched
    order by at
    returning 1
),

ledger as (
    insert into points_history (user_id, points, reason, source_id, created_at)
    select
        user_id,
        points,
        'lesson_completed' as reason,
        lesson_id,
        at as created_at
    from watched
    where is_completed
    union all
    select
        load_plan.user_id,
        courses.completion_points,
        'course_completed',
        load_plan.course_id,
        load_plan.last_watched_at
    from load_plan
    inner join courses on load_plan.course_id = courses.id
    where
        load_plan.batch = :batch
        and load_plan.is_whole
        and load_plan.skipped is null
        and load_plan.lessons > 0
    -- The lesson, then the course.
    order by created_at asc, reason desc
    returning 1
)

select
    (select count(*) from progress) as begun,
    (select count(*) from ledger) as entries;
