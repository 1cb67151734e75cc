-- name: update_leaderboard(user_ids, from_entry_ids)!
-- purpose:  Add new points of learners to their places on the leaderboards. Nothing for those who
--           have not opted in.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>, POST /api/v1/courses/<course_id>/enroll,
--           POST /api/v1/gamification/users/<user_id>/corrections, PATCH /api/v1/auth/me,
--           flask achievements backfill, flask seed load, job settle_course
-- param:    user_ids bigint[], the learners
-- param:    from_entry_ids bigint[], of each the first new entry of the ledger; 0 for all of them,
--           on joining
-- returns:  the number of places on the leaderboards changed
-- index:    points_history_pkey
-- budget:   60 ms p95, warm, one of the heaviest learners who joins, 10 M ledger rows
-- cache:    none
-- drops:    none
-- locks:    the learners' leaderboard_entries rows; their users' and the courses' rows, key-shared
-- scope:    all-users
with entry as (
    select
        ph.user_id,
        ph.points,
        ph.created_at at time zone 'UTC' as created_at,
        case
            when ph.reason = 'lesson_completed' then m.course_id
            when ph.reason = 'course_completed' then ph.source_id
        end as course_id
    from unnest(
        :user_ids::bigint[], :from_entry_ids::bigint[]
    ) as learner (user_id, from_entry_id)
    inner join users as u on learner.user_id = u.id and u.leaderboard_opt_in
    -- In the order of the key, so that only the new entries are read, not the whole ledger.
    cross join lateral (
        select new.*
        from points_history as new
        where new.user_id = learner.user_id and new.id >= learner.from_entry_id
        order by new.id
        offset 0
    ) as ph
    left join lessons as l on ph.source_id = l.id and ph.reason = 'lesson_completed'
    left join modules as m on l.module_id = m.id
),

board as (
    -- Once over the entries: for each course, and for all of them together.
    select
        entry.user_id,
        entry.course_id,
        sum(entry.points) as points,
        sum(entry.points) filter (where entry.created_at >= today.month) as points_of_month,
        sum(entry.points) filter (where entry.created_at >= today.week) as points_of_week,
        today.month,
        today.week
    from entry
    -- Not now(): after the mutex it may be another week than when the transaction began.
    cross join (
        select
            date_trunc('month', statement_timestamp() at time zone 'UTC')::date as month,
            date_trunc('week', statement_timestamp() at time zone 'UTC')::date as week
    ) as today
    group by
        today.month,
        today.week,
        grouping sets ((entry.user_id), (entry.user_id, entry.course_id))
    having grouping(entry.course_id) = 1 or entry.course_id is not null
),

place as (
    select
        board.user_id,
        board.course_id,
        period.name,
        period.starts_on,
        period.points
    from board
    cross join lateral (
        values
        ('all', date '-infinity', board.points),
        ('month', board.month, board.points_of_month),
        ('week', board.week, board.points_of_week)
    ) as period (name, starts_on, points)
    where period.points is not null
)

insert into leaderboard_entries as le (user_id, course_id, period, starts_on, points)
select
    user_id,
    course_id,
    name,
    starts_on,
    points
from place
on conflict on constraint leaderboard_entries_pkey do update
    set
        points
        = excluded.points + case when le.starts_on = excluded.starts_on then le.points else 0 end,
        starts_on = excluded.starts_on
    -- Around midnight somebody may wait for the mutex until the next week has begun for another
    -- device.
    where le.starts_on <= excluded.starts_on;
