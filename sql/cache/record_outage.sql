-- name: record_outage()$
-- purpose:  Redis cannot be told what to forget: leave a row that whoever looks next deletes, so
--           that writers know when nobody does.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>,
--           POST /api/v1/courses/<course_id>/enroll, PATCH /api/v1/auth/me,
--           POST /api/v1/gamification/users/<user_id>/corrections, POST /api/v1/achievements,
--           DELETE /api/v1/achievements/<achievement_id>, flask achievements backfill,
--           flask levels apply, flask cache drop
-- param:    none
-- returns:  id bigint of the row that was there already; null if there was none
-- index:    cache_drops_pkey
-- budget:   1 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the new row
-- scope:    none
with known as (
    select min(id) as id
    from cache_drops
    where key = 'outage'
),

recorded as (
    insert into cache_drops (key)
    select 'outage'
    from known
    where known.id is null
)

select known.id from known;
