-- name: certificate_has_completion()
-- purpose:  Who has a certificate that counts has completed the course.
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
        ct.user_id,
        concat('certificate ', ct.id, ' of course ', ct.course_id, ', not in the ledger') as detail
    from certificates as ct
    where
        ct.revoked_at is null
        and ct.replaced_at is null
        and not exists (
            select
            from points_history as ph
            where
                ph.user_id = ct.user_id
                and ph.reason = 'course_completed'
                and ph.source_id = ct.course_id
        )
)

select
    count(*) over () as violations,
    user_id,
    detail
from violation
order by user_id
limit 5;
