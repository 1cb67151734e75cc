-- name: create_achievement(actor_id, code, title, description, icon, points, metric, threshold, is_active)$
-- purpose:  A new achievement, and who made it.
-- endpoint: POST /api/v1/achievements
-- param:    actor_id bigint, the admin
-- param:    code text, unique
-- param:    title text, 1 to 200 characters
-- param:    description text, up to 2,000 characters
-- param:    icon text, a name that clients know, or empty
-- param:    points integer, 0 or more
-- param:    metric text, a file in sql/metrics/
-- param:    threshold bigint, from which value of the metric on
-- param:    is_active boolean, whether it is given now
-- returns:  json Achievement
-- index:    none
-- budget:   3 ms p95, warm
-- cache:    none
-- drops:    achievements:active
-- locks:    the new rows
-- scope:    none
with created as (
    insert into achievements (
        code, title, description, icon, points, metric, threshold, is_active
    )
    values (
        :code, :title, :description, :icon, :points, :metric, :threshold, :is_active
    )
    returning *
),

audited as (
    insert into audit_log (actor_id, action, target_type, target_id, details)
    select
        :actor_id,
        'achievement_created',
        'achievement',
        created.id,
        to_jsonb(created) - '{id, created_at, updated_at}'::text[]
    from created
)

select json_build_object(
    'id', id,
    'code', code,
    'title', title,
    'description', description,
    'icon', icon,
    'points', points,
    'metric', metric,
    'threshold', threshold,
    'is_active', is_active
)
from created;
