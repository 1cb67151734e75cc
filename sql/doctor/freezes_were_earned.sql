-- name: freezes_were_earned()
-- purpose:  Nobody holds and has spent more freezes than one for seven active days.
-- endpoint: flask doctor invariants
-- param:    none
-- returns:  rows of violations bigint (how many there are), user_id bigint and detail text, of the
--           first five
-- index:    none
-- budget:   10 s, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
with violation as (
    select
        us.user_id,
        concat(
            us.freezes, ' freezes held and ', days.frozen, ' spent with ', days.active,
            ' active days'
        ) as detail
    from user_streaks as us
    cross join lateral (
        select
            count(*) filter (where ad.is_frozen) as frozen,
            count(*) filter (where not ad.is_frozen) as active
        from user_activity_days as ad
        where ad.user_id = us.user_id
    ) as days
    where us.freezes + days.frozen > days.active / 7
)

select
    count(*) over () as violations,
    user_id,
    detail
from violation
order by user_id
limit 5;
