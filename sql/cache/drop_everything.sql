-- name: drop_everything(ids)!
-- purpose:  Nobody has looked for long: one row that says everything, instead of one a write.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>,
--           POST /api/v1/courses/<course_id>/enroll, PATCH /api/v1/auth/me,
--           POST /api/v1/gamification/users/<user_id>/corrections, POST /api/v1/achievements,
--           DELETE /api/v1/achievements/<achievement_id>, flask achievements backfill,
--           flask levels apply, flask cache drop
-- param:    ids bigint[], of record_drops
-- returns:  0 or 1
-- index:    cache_drops_pkey
-- budget:   1 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the deleted rows, the new one
-- scope:    none
with cleared as (
    delete from cache_drops
    where id = any(cast(:ids as bigint[]))
),

known as (
    select count(*) as number
    from cache_drops
    where key = '*'
)

insert into cache_drops (key)
select '*'
from known
where known.number = 0;
