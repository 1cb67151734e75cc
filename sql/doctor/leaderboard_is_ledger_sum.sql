-- name: leaderboard_is_ledger_sum()
-- purpose:  The leaderboards show the sums of the ledger, of those who opted in.
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
        coalesce(le.user_id, due.user_id) as user_id,
        concat(
            coalesce(le.period, due.period), ' of course ', coalesce(le.course_id, due.course_id),
            ': ', le.points, ' points, should be ', due.points
        ) as detail
    from leaderboard_entries as le
    full join (
        select
            entry.user_id,
            board.course_id,
            period.name as period,
            period.starts_on,
            sum(entry.points) as points
        from (
            select
                ph.user_id,
                ph.points,
                ph.created_at at time zone 'UTC' as created_at,
                case
                    when ph.reason = 'lesson_completed' then m.course_id
                    when ph.reason = 'course_completed' then ph.source_id
                end as course_id
            from points_history as ph
            inner join users as u on ph.user_id = u.id and u.leaderboard_opt_in
            left join lessons as l on ph.source_id = l.id and ph.reason = 'lesson_completed'
            left join modules as m on l.module_id = m.id
        ) as entry
        cross join lateral (
            select null::bigint as course_id
            union all
            select entry.course_id
            where entry.course_id is not null
        ) as board
        inner join (
            values
            ('all', date '-infinity'),
            ('month', date_trunc('month', now() at time zone 'UTC')::date),
            ('week', date_trunc('week', now() at time zone 'UTC')::date)
        ) as period (name, starts_on) on entry.created_at >= period.starts_on
        group by entry.user_id, board.course_id, period.name, period.starts_on
    ) as due
        on
            le.user_id = due.user_id
            and le.board_id = coalesce(due.course_id, 0)
            and le.period = due.period
            and le.starts_on = due.starts_on
    where
        le.points is distinct from due.points
        -- An earlier week or month is nobody's place any more.
        and (
            le.user_id is null
            or due.user_id is not null
            or (le.period, le.starts_on) in (
                ('all', date '-infinity'),
                ('month', date_trunc('month', now() at time zone 'UTC')::date),
                ('week', date_trunc('week', now() at time zone 'UTC')::date)
            )
        )
)

select
    count(*) over () as violations,
    user_id,
    detail
from violation
order by user_id
limit 5;
