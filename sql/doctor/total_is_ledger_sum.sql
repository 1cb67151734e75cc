-- name: total_is_ledger_sum()
-- purpose:  A learner's total is the sum of their ledger.
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
        coalesce(up.user_id, ledger.user_id) as user_id,
        concat('total ', up.total_points, ', ledger ', coalesce(ledger.total, 0)) as detail
    from user_points as up
    full join (
        select
            user_id,
            sum(points) as total
        from points_history
        group by user_id
    ) as ledger on up.user_id = ledger.user_id
    where coalesce(up.total_points, 0) <> coalesce(ledger.total, 0)
)

select
    count(*) over () as violations,
    user_id,
    detail
from violation
order by user_id
limit 5;
