-- name: list_missing(user_ids, metrics, values, achievement_id)
-- purpose:  Which learners have reached an achievement and do not have it.
-- endpoint: flask achievements backfill, flask achievements preview, flask doctor invariants
-- param:    user_ids bigint[], a learner for each value
-- param:    metrics text[], the metric of each value
-- param:    values bigint[], what the metric says of that learner
-- param:    achievement_id bigint, the only one to look at, also an inactive one, or null
-- returns:  rows of user_id bigint, full_name text, code text and value bigint
-- index:    idx_user_achievements_achievement_id_user_id
-- budget:   20 ms p95, warm, 1,000 learners
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
select
    measured.user_id,
    u.full_name,
    a.code,
    measured.value
from unnest(
    cast(:user_ids as bigint[]), cast(:metrics as text[]), cast(:values as bigint[])
) as measured (user_id, metric, value)
inner join achievements as a
    on measured.metric = a.metric and measured.value >= a.threshold
inner join users as u on measured.user_id = u.id
where
    (a.id = :achievement_id or (:achievement_id::bigint is null and a.is_active))
    and not exists (
        select
        from user_achievements as ua
        where ua.user_id = measured.user_id and ua.achievement_id = a.id
    )
order by measured.user_id, a.id;
