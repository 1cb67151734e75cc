-- name: update_achievement(actor_id, achievement_id, code, title, description, icon, points, metric, threshold, is_active)$
-- purpose:  Change an achievement, and note who did; null leaves a value as it is.
-- endpoint: PATCH /api/v1/achievements/<achievement_id>
-- param:    actor_id bigint, the admin
-- param:    achievement_id bigint, from the path
-- param:    code text, or null
-- param:    title text, or null
-- param:    description text, or null
-- param:    icon text, or null
-- param:    points integer, or null
-- param:    metric text, or null
-- param:    threshold bigint, or null
-- param:    is_active boolean, or null
-- returns:  json Achievement, or no row when there is none
-- index:    none
-- budget:   3 ms p95, warm
-- cache:    none
-- drops:    achievements:active, gamification:{user_id}
-- locks:    the achievement's row
-- scope:    none
with updated as (
    update achievements
    set
        code = coalesce(:code, code),
        title = coalesce(:title, title),
        description = coalesce(:description, description),
        icon = coalesce(:icon, icon),
        points = coalesce(:points, points),
        metric = coalesce(:metric, metric),
        threshold = coalesce(:threshold, threshold),
        is_active = coalesce(:is_active, is_active),
        updated_at = now()
    where id = :achievement_id
    returning *
),

audited as (
    insert into audit_log (actor_id, action, target_type, target_id, details)
    select
        :actor_id,
        'achievement_updated',
        'achievement',
        updated.id,
        jsonb_strip_nulls(
            jsonb_build_object(
                'code', :code::text,
                'title', :title::text,
                'description', :description::text,
                'icon', :icon::text,
                'points', :points::integer,
                'metric', :metric::text,
                'threshold', :threshold::bigint,
                'is_active', :is_active::boolean
            )
        )
    from updated
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
from updated;
