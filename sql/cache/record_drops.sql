-- name: record_drops(keys)$
-- purpose:  Note what the cache must forget, in the transaction that makes it stale.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>, POST /api/v1/courses/<course_id>/enroll,
--           PATCH /api/v1/auth/me, POST /api/v1/gamification/users/<user_id>/corrections,
--           POST /api/v1/achievements, PATCH /api/v1/achievements/<achievement_id>,
--           DELETE /api/v1/achievements/<achievement_id>, flask achievements backfill,
--           flask levels apply, flask seed demo, flask seed load, flask cache drop,
--           job settle_course, PATCH /api/v1/courses/<ref>,
--           DELETE /api/v1/courses/<ref>, POST /api/v1/courses/<course_id>/publish,
--           POST /api/v1/courses/<course_id>/unpublish, PUT /api/v1/courses/<course_id>/outline,
--           POST /api/v1/courses/<course_id>/instructors,
--           DELETE /api/v1/courses/<course_id>/instructors/<user_id>,
--           POST /api/v1/courses/<course_id>/modules, PATCH /api/v1/modules/<module_id>,
--           DELETE /api/v1/modules/<module_id>, POST /api/v1/modules/<module_id>/lessons,
--           PATCH /api/v1/lessons/<lesson_id>, DELETE /api/v1/lessons/<lesson_id>,
--           POST /api/v1/lessons/<lesson_id>/publish, POST /api/v1/lessons/<lesson_id>/unpublish,
--           POST /api/v1/webhooks/mux
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
