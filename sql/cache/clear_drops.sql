-- name: clear_drops(ids)!
-- purpose:  What the cache has forgotten by now.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>,
--           POST /api/v1/courses/<course_id>/enroll, PATCH /api/v1/auth/me,
--           POST /api/v1/gamification/users/<user_id>/corrections, POST /api/v1/achievements,
--           PATCH /api/v1/achievements/<achievement_id>,
--           DELETE /api/v1/achievements/<achievement_id>, flask achievements backfill,
--           flask levels apply, flask seed demo, flask seed load, flask cache drop
-- param:    ids bigint[], of record_drops
-- returns:  the number of rows cleared
-- index:    cache_drops_pkey
-- budget:   1 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the deleted rows
-- scope:    none
delete from cache_drops
where id = any(cast(:ids as bigint[]));
