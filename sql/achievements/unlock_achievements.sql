-- name: unlock_achievements(user_ids, metrics, values, achievement_id)
-- purpose:  Step 6 of a completion goes on: give the learners what they have reached, each once,
--           with its points.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>, POST /api/v1/courses/<course_id>/enroll,
--           POST /api/v1/gamification/users/<user_id>/corrections, flask achievements backfill,
--           flask seed demo, flask seed load, job settle_course
-- param:    user_ids bigint[], a learner for each value
-- param:    metrics text[], the metric of each value
-- param:    values bigint[], what the metric says of that learner
-- param:    achievement_id bigint, the only one to give, or null
-- returns:  rows of user_id bigint, a learner who got something new, and id bigint, the first of
--           the entries in their ledger
-- index:    idx_user_achievements_user_achievement
-- budget:   3 ms p95, warm, one learner, 10 M ledger rows
-- cache:    none
-- drops:    gamification:{user_id}
-- locks:    the learners' user_points rows, locked before; their users' and the achievements' rows,
--           key-shared
-- scope:    all-users
with reached as materialized (
    select
        measured.user_id,
        a.id as achievement_id
    from unnest(
        cast(:user_ids as bigint[]), cast(:metrics as text[]), cast(:values as bigint[])
    ) as measured (user_id, metric, value)
    inner join achievements as a
        on measured.metric = a.metric and measured.value >= a.threshold and a.is_active
    where
        a.id = coalesce(:achievement_id::bigint, a.id)
        and not exists (
            select
            from user_achievements as ua
            where ua.user_id = measured.user_id and ua.achievement_id = a.id
        )
    -- One that is being deleted is gone then, and does not fail the completion.
    for key share of a
),

unlocked as (
    insert into user_achievements (user_id, achievement_id)
    select
        user_id,
        achievement_id
    from reached
    order by user_id, achievement_id
    on conflict on constraint idx_user_achievements_user_achievement do nothing
    returning user_id, achievement_id
),

awarded as (
    -- Also without points, so that the ledger tells the whole story.
    insert into points_history (user_id, points, reason, source_id)
    select
        unlocked.user_id,
        a.points,
        'achievement_unlocked',
        unlocked.achievement_id
    from unlocked
    inner join achievements as a on unlocked.achievement_id = a.id
    order by unlocked.user_id, unlocked.achievement_id
    on conflict on constraint idx_points_history_user_reason_source do nothing
    returning user_id, id, points
),

learner as (
    select
        user_id,
        min(id) as first_entry_id,
        sum(points) as points
    from awarded
    group by user_id
)

update user_points as up
set
    total_points = up.total_points + learner.points,
    level = (
        select max(levels.level) from levels
        where levels.min_points <= up.total_points + learner.points
    ),
    updated_at = now()
from learner
where up.user_id = learner.user_id
returning up.user_id, learner.first_entry_id;
