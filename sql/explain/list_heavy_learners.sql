-- name: list_heavy_learners(learners)
-- purpose:  Whom to measure with: some of the 1 % of learners who have begun most lessons.
-- endpoint: flask db explain
-- param:    learners integer, how many at most
-- returns:  rows of user_id bigint; of the same data always the same
-- index:    none
-- budget:   10 s, once, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
select ranked.user_id
from (
    select
        user_id,
        percent_rank() over (order by count(*) desc) as share
    from lesson_progress
    group by user_id
) as ranked
where ranked.share <= 0.01
-- By hash in place of chance.
order by md5(ranked.user_id::text)
limit :learners;
