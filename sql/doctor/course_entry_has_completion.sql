-- name: course_entry_has_completion()
-- purpose:  Each course in the ledger is completed by the learner, or was left.
-- endpoint: flask doctor invariants
-- param:    none
-- returns:  rows of violations bigint (how many there are), user_id bigint and detail text, of the
--           first five
-- index:    none
-- budget:   5 s, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
with violation as (
    select
        ph.user_id,
        concat(
            'entry ', ph.id, ' is for course ', ph.source_id, ', which is not completed'
        ) as detail
    from points_history as ph
    left join enrollments as e on ph.user_id = e.user_id and ph.source_id = e.course_id
    where
        ph.reason = 'course_completed'
        and e.completed_at is null
        and (
            e.user_id is not null
            or not exists (
                select
                from past_enrollments as pe
                where pe.user_id = ph.user_id and pe.course_id = ph.source_id
            )
        )
)

select
    count(*) over () as violations,
    user_id,
    detail
from violation
order by user_id
limit 5;
