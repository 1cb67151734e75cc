-- name: delete_achievement(actor_id, achievement_id)$
-- purpose:  Delete an achievement that nobody has, and note who did.
-- endpoint: DELETE /api/v1/achievements/<achievement_id>
-- param:    actor_id bigint, the admin
-- param:    achievement_id bigint, from the path
-- returns:  outcome (ok, conflict when somebody has it), or no row when there is none
-- index:    idx_user_achievements_achievement_id_user_id
-- budget:   2 ms p95, warm, 100 k users
-- cache:    none
-- drops:    achievements:active
-- locks:    the achievement's row: nobody can unlock it meanwhile
-- scope:    all-users
with achievement as materialized (
    select
        a.id,
        a.code
    from achievements as a
    where a.id = :achievement_id
    for update
),

judged as materialized (
    select
        achievement.id,
        achievement.code,
        -- The first at or after it in the index: looking for one that has it, PostgreSQL would
        -- read the whole table when many have some and nobody has this one.
        coalesce(
            :achievement_id = (
                select ua.achievement_id
                from user_achievements as ua
                where (ua.achievement_id, ua.user_id) > (:achievement_id, 0)
                order by ua.achievement_id, ua.user_id
                limit 1
            ), false
        ) as is_held
    from achievement
),

deleted as (
    delete from achievements as a
    using judged
    where a.id = judged.id and not judged.is_held
    returning a.id, a.code
),

audited as (
    insert into audit_log (actor_id, action, target_type, target_id, details)
    select
        :actor_id,
        'achievement_deleted',
        'achievement',
        deleted.id,
        jsonb_build_object('code', deleted.code)
    from deleted
)

select case when judged.is_held then 'conflict' else 'ok' end as outcome
from judged;
