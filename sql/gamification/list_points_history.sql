-- name: list_points_history(user_id, before_id, limit)$
-- purpose:  A page of the learner's ledger, newest first.
-- endpoint: GET /api/v1/gamification/me/history
-- param:    user_id bigint, the caller
-- param:    before_id bigint, the last id of the page before, or null
-- param:    limit integer, 1 to 100
-- returns:  json PointsHistoryList
-- index:    points_history_pkey
-- budget:   3 ms p95, warm, 10 M ledger rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
with page as materialized (
    select
        ph.*,
        row_number() over (order by ph.id desc) as n
    from points_history as ph
    where ph.user_id = :user_id and ph.id < coalesce(:before_id::bigint, 9223372036854775807)
    order by ph.id desc
    limit :limit::integer + 1
)

select json_build_object(
    'items', coalesce(
        json_agg(
            json_build_object(
                'id', page.id,
                'points', page.points,
                'reason', page.reason,
                'source_id', page.source_id,
                'title', coalesce(l.title, c.title, a.title),
                'note', page.note,
                'created_at', page.created_at
            )
            order by page.n
        ) filter (where page.n <= :limit), '[]'
    ),
    'next_cursor',
    case when count(*) > :limit then max('p' || page.id) filter (where page.n = :limit) end
)
from page
left join lessons as l on page.source_id = l.id and page.reason = 'lesson_completed'
left join courses as c on page.source_id = c.id and page.reason = 'course_completed'
left join achievements as a on page.source_id = a.id and page.reason = 'achievement_unlocked';
