-- name: list_leaderboard(user_id, role, course_id, period, limit)$
-- purpose:  Who has the most points, among those who opted in, and where the caller stands.
-- endpoint: GET /api/v1/gamification/leaderboard
-- param:    user_id bigint, the caller
-- param:    role text, the caller's
-- param:    course_id bigint, only points of this course, or null
-- param:    period text, week, month or all
-- param:    limit integer, 1 to 100
-- returns:  json Leaderboard; no row when the caller may not see the course
-- index:    idx_leaderboard_entries_place
-- budget:   10 ms p95, warm, 1 M learners on the board
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
with board as materialized (
    select
        coalesce(:course_id::bigint, 0) as id,
        case :period::text
            when 'week' then date_trunc('week', now() at time zone 'UTC')::date
            when 'month' then date_trunc('month', now() at time zone 'UTC')::date
            else date '-infinity'
        end as starts_on
),

best as materialized (
    select
        le.user_id,
        le.points,
        u.full_name
    from leaderboard_entries as le
    -- One account after the other: as a join, PostgreSQL would read all of users for a thousand.
    cross join lateral (
        select users.full_name
        from users
        where users.id = le.user_id and users.deactivated_at is null
        order by users.id
        limit 1
    ) as u
    where
        le.board_id = (select board.id from board)
        and le.period = :period
        and le.starts_on = (select board.starts_on from board)
        -- Whom a correction has taken more than they earned is not shown around.
        and le.points > 0
    order by le.points desc, le.user_id asc
    limit :limit
),

mine as (
    select le.*
    from leaderboard_entries as le
    where
        le.user_id = :user_id
        and le.board_id = (select board.id from board)
        and le.period = :period
        and le.starts_on = (select board.starts_on from board)
        and le.points > 0
),

-- Counted no further than people look: this is what keeps it cheap with a million of them.
ahead as (
    select count(*) as learners
    from (
        select
        from leaderboard_entries as le
        cross join lateral (
            select users.id
            from users
            where users.id = le.user_id and users.deactivated_at is null
            order by users.id
            limit 1
        ) as u
        where
            le.board_id = (select board.id from board)
            and le.period = :period
            and le.starts_on = (select board.starts_on from board)
            and le.points > (select mine.points from mine)
        order by le.points desc, le.user_id asc
        limit 1000
    ) as counted
)

select json_build_object(
    'period', :period::text,
    'course_id', :course_id::bigint,
    -- Infinity is no date in JSON.
    'starts_on', (select case when isfinite(board.starts_on) then board.starts_on end from board),
    'items', coalesce(
        (
            select json_agg(
                json_build_object(
                    'rank', ranked.rank,
                    'user_id', ranked.user_id,
                    'full_name', ranked.full_name,
                    'points', ranked.points,
                    'is_me', ranked.user_id = :user_id
                )
                order by ranked.points desc, ranked.user_id asc
            )
            from (
                select
                    best.*,
                    rank() over (order by best.points desc) as rank
                from best
            ) as ranked
        ), '[]'
    ),
    'next_cursor', null,
    'me', (
        select json_build_object(
            'rank', case when ahead.learners < 1000 then ahead.learners + 1 end,
            'points', mine.points
        )
        from mine
        cross join ahead
    )
)
where
    :course_id::bigint is null
    or exists (
        select
        from courses as c
        left join enrollments as e on c.id = e.course_id and e.user_id = :user_id
        where
            c.id = :course_id
            and (
                c.published_at is not null
                or e.user_id is not null
                or :role = 'admin'
                or exists (
                    select
                    from course_instructors as i
                    where i.course_id = c.id and i.user_id = :user_id and :role = 'instructor'
                )
            )
    );
