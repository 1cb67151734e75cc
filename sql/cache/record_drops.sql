-- name: record_drops(keys)$
-- purpose:  Note what the cache must forget, in the transaction that makes it stale.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>,
--           POST /api/v1/courses/<course_id>/enroll, PATCH /api/v1/auth/me,
--           POST /api/v1/gamification/users/<user_id>/corrections, POST /api/v1/achievements,
--           PATCH /api/v1/achievements/<achievement_id>,
--           DELETE /api/v1/achievements/<achievement_id>, flask achievements backfill,
--           flask levels apply, flask seed demo, flask seed load, flask cache drop
-- param:    keys text[], literal keys of the cache; * is everything
-- returns:  bigint[], for clear_drops
-- index:    none
-- budget:   1 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    none
with recorded as (
    insert into cache_drops (key)
    select unnest(cast(:keys as text[]))
    returning id
)

select array_agg(id) from recorded;
