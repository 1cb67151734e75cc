-- name: create_points()!
-- purpose:  Totals and levels of the load accounts, as their ledger says.
-- endpoint: flask seed load
-- param:    none
-- returns:  the number of accounts
-- index:    none
-- budget:   20 s, once, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
insert into user_points (user_id, total_points, level, updated_at)
select
    users.id,
    coalesce(ledger.total, 0),
    (
        select max(levels.level)
        from levels
        where levels.min_points <= coalesce(ledger.total, 0)
    ),
    coalesce(ledger.newest, users.created_at)
from users
left join (
    select
        user_id,
        sum(points)::integer as total,
        max(created_at) as newest
    from points_history
    group by user_id
) as ledger on users.id = ledger.user_id
where
    users.email like 'load______@example.com'
    or users.email like 'loadinstructor__@example.com'
order by users.id;
