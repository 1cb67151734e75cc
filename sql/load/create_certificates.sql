-- name: create_certificates(pdf)!
-- purpose:  Certificates of the courses that load accounts have completed: two in three have asked
--           for theirs, and one in a thousand was revoked.
-- endpoint: flask seed load
-- param:    pdf bytea, what all their files are
-- returns:  the number of certificates
-- index:    none
-- budget:   30 s, once, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
with issued as (
    insert into certificates (
        user_id, course_id, code, learner_name, course_title, language, completed_on,
        signatory_name, issued_at, rendered_at, revoked_at, revoked_reason
    )
    select
        u.id,
        c.id,
        -- As unlikely to meet again as a random one, and no secret.
        translate(
            left(encode(sha256(('code ' || u.id || ' ' || c.id)::bytea), 'base64'), 22), '+/', '-_'
        ),
        u.full_name,
        c.title,
        coalesce(
            substring(lower(c.language) from '^(en|pl)(?:-|$)'),
            substring(lower(u.locale) from '^(en|pl)(?:-|$)'),
            'en'
        ),
        (e.completed_at at time zone u.timezone)::date,
        lead.full_name,
        e.completed_at,
        e.completed_at,
        case when mod(e.id, 1000) = 0 then now() end,
        case when mod(e.id, 1000) = 0 then 'Issued by mistake' end
    from enrollments as e
    inner join users as u on e.user_id = u.id
    inner join courses as c on e.course_id = c.id
    left join course_instructors as ci on c.id = ci.course_id and ci.is_lead
    left join users as lead on ci.user_id = lead.id
    where
        c.slug like 'load-____'
        and u.email like 'load______@example.com'
        and e.completed_at is not null
        and mod(e.id, 3) > 0
    order by e.completed_at
    returning user_id, id, issued_at
)

insert into certificate_files (user_id, certificate_id, pdf, pdf_sha256, rendered_at)
select
    issued.user_id,
    issued.id,
    :pdf::bytea,
    sha256(:pdf::bytea),
    issued.issued_at
from issued;
