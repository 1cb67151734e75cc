-- name: level_follows_points()
-- purpose:  A learner's level is the highest that their points reach; after a change of levels,
--           `flask levels apply`.
-- endpoint: flask doctor invariants
-- param:    none
-- returns:  rows of violations bigint (how many there are), user_id bigint and detail text, of the
--           first five
-- index:    none
-- budget:   2 s, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
with violation as (
    select
        up.user_id,
        concat(
            'level ', up.level, ' with ', up.total_points, ' points, should be ', due.level
        ) as detail
    from user_points as up
    cross join lateral (
        select max(levels.level) as level
        from levels
        where levels.min_points <= up.total_points
    ) as due
    where up.level is distinct from due.level
)

select
    count(*) over () as violations,
    user_id,
    detail
from violation
order by user_id
limit 5;
