-- name: refresh_course(course_id)!
-- purpose:  Count anew who takes a course, who is active in it and completes it, and where its
--           lessons lose them.
-- endpoint: flask statistics refresh, flask seed load, job refresh_statistics
-- param:    course_id bigint, of claim_course
-- returns:  the number of courses counted, 0 when it has been deleted
-- index:    idx_enrollments_course_id_id, idx_lesson_progress_lesson_id
-- budget:   3 s, a course with 300 k lessons begun of 10 M; 60 s one with 5 M
-- cache:    none
-- drops:    none
-- locks:    the course's row in course_statistics, locked before, those of its lessons in
--           lesson_statistics where something has changed; the lessons' rows key-shared
-- scope:    all-users
with learner as materialized (
    select
        e.user_id,
        e.enrolled_at,
        e.completed_at
    from enrollments as e
    where e.course_id = :course_id
),

-- Archived ones, too: who has watched one lately was active, and it may be brought back.
lesson as materialized (
    select
        l.id,
        l.duration_seconds
    from modules as m
    inner join lessons as l on m.id = l.module_id
    where m.course_id = :course_id
),

watched as materialized (
    select
        report.user_id,
        lesson.id as lesson_id,
        report.updated_at,
        report.is_completed,
        -- The position may be the very end, or beyond what is left of a video that was cut.
        case
            when not report.is_completed
                then
                    least(
                        report.last_position_seconds::bigint * 20 / lesson.duration_seconds, 19
                    )
        end as twentieth
    from lesson
    -- By lesson: by learner PostgreSQL would read all that they watch in other courses, too. The
    -- order, which costs nothing, keeps it from taking this apart.
    cross join lateral (
        select
            lp.user_id,
            lp.updated_at,
            lp.is_completed,
            lp.last_position_seconds
        from lesson_progress as lp
        where lp.lesson_id = lesson.id
        order by lp.lesson_id
    ) as report
    -- Who has left the course keeps the progress, and is no learner of it.
    inner join learner on report.user_id = learner.user_id
),

-- A thousand rows instead of hundreds of thousands.
tally as materialized (
    select
        lesson_id,
        is_completed,
        twentieth,
        count(*) as learners
    from watched
    group by lesson_id, is_completed, twentieth
),

counted as materialized (
    select
        lesson.id,
        lesson.duration_seconds,
        coalesce(sum(tally.learners), 0) as began,
        coalesce(sum(tally.learners) filter (where tally.is_completed), 0) as completed
    from lesson
    left join tally on lesson.id = tally.lesson_id
    group by lesson.id, lesson.duration_seconds
),

-- One that is being deleted at this moment is left out, and nobody waits for anybody.
present as materialized (
    select
        counted.*,
        case
            when counted.duration_seconds is not null
                then
                    array(
                        select coalesce(tally.learners, 0)
                        from generate_series(0, 19) as part
                        left join tally
                            on tally.lesson_id = counted.id and part = tally.twentieth
                        order by part
                    )
        end as stops
    from counted
    inner join lessons as l on counted.id = l.id
    for key share of l skip locked
),

stored as (
    insert into lesson_statistics as ls (lesson_id, began, completed, duration_seconds, stops)
    select
        id,
        began,
        completed,
        duration_seconds,
        stops
    from present
    on conflict on constraint lesson_statistics_pkey do update
        set
            began = excluded.began,
            completed = excluded.completed,
            duration_seconds = excluded.duration_seconds,
            stops = excluded.stops
        -- Most lessons of most courses are as they were an hour ago.
        where
            (ls.began, ls.completed, ls.duration_seconds, ls.stops)
            is distinct from
            (excluded.began, excluded.completed, excluded.duration_seconds, excluded.stops)
),

active as (
    select
        count(*) filter (where latest.at >= now() - interval '7 days') as within_7_days,
        count(*) filter (where latest.at >= now() - interval '30 days') as within_30_days
    from (
        select max(watched.updated_at) as at
        from watched
        group by watched.user_id
    ) as latest
),

taken as (
    select
        count(*) as enrolled,
        count(completed_at) as completed,
        percentile_cont(0.5) within group (order by extract(epoch from completed_at - enrolled_at))
        -- Who comes back with the course completed has enrolled after that.
        filter (where completed_at > enrolled_at) as median_seconds
    from learner
)

update course_statistics as cs
set
    as_of = now(),
    enrolled = taken.enrolled,
    active_7_days = active.within_7_days,
    active_30_days = active.within_30_days,
    completed = taken.completed,
    median_seconds_to_complete = round(taken.median_seconds)
from taken
cross join active
where cs.course_id = :course_id;
