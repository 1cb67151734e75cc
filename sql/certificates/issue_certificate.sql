-- name: issue_certificate(user_id, course_id, code)^
-- purpose:  Issue a learner's certificate for a course, once, with the job that makes its file:
--           neither is there without the other.
-- endpoint: POST /api/v1/certificates/courses/<course_id>
-- param:    user_id bigint, the caller
-- param:    course_id bigint, from the path
-- param:    code text, 128 random bits as base64url, for a new one
-- returns:  outcome (issued, existing, not_completed, certificate_revoked, not_enrolled,
--           not_found), the certificate's id bigint or null, and when the course is not
--           completed, jsonb of the lessons that are missing: [{"id": …, "title": …}, …], 20 at
--           most
-- index:    idx_certificates_user_course, idx_enrollments_user_course, courses_pkey, users_pkey
-- budget:   5 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    the new rows; the learner's and the course's row key-shared
-- scope:    one-user
with existing as (
    select
        ct.id,
        ct.revoked_at is not null as is_revoked
    from certificates as ct
    where ct.user_id = :user_id and ct.course_id = :course_id and ct.replaced_at is null
),

place as (
    select
        c.id as course_id,
        c.title,
        c.published_at is not null as is_public,
        e.user_id is not null as is_enrolled,
        e.completed_at,
        (e.completed_at at time zone u.timezone)::date as completed_on,
        u.full_name,
        coalesce(
            substring(lower(c.language) from '^(en|pl)(?:-|$)'),
            substring(lower(u.locale) from '^(en|pl)(?:-|$)'),
            'en'
        ) as language
    from users as u
    cross join courses as c
    left join enrollments as e on c.id = e.course_id and u.id = e.user_id
    where u.id = :user_id and c.id = :course_id
),

lead as (
    select person.full_name
    from course_instructors as ci
    inner join users as person on ci.user_id = person.id
    where ci.course_id = :course_id and ci.is_lead and person.deleted_at is null
),

issued as (
    insert into certificates as ct (
        user_id, course_id, code, learner_name, course_title, language, completed_on,
        signatory_name
    )
    select
        :user_id,
        place.course_id,
        :code,
        place.full_name,
        place.title,
        place.language,
        place.completed_on,
        (select lead.full_name from lead)
    from place
    where place.completed_at is not null and not exists (select from existing)
    -- Only a simultaneous request gets here; it needs the row that won.
    on conflict (user_id, course_id) where replaced_at is null do update
        set course_id = excluded.course_id
    -- A row version that was inserted, not updated, has no xmax.
    returning ct.id, ct.revoked_at is not null as is_revoked, xmax = 0 as is_new
),

one as (
    select
        existing.id,
        existing.is_revoked,
        false as is_new
    from existing
    union all
    select
        issued.id,
        issued.is_revoked,
        issued.is_new
    from issued
),

queued as (
    select
        procrastinate_defer_jobs_v1(
            array(
                select
                    row(
                        'certificates',
                        'render_certificate',
                        0,
                        null,
                        null,
                        jsonb_build_object('user_id', :user_id::bigint, 'certificate_id', one.id),
                        null
                    )::procrastinate_job_to_defer_v1
                from one
                where one.is_new
            )
        ) as job_ids
)

select
    case
        when one.is_revoked then 'certificate_revoked'
        when one.is_new then 'issued'
        when one.id is not null then 'existing'
        when place.is_enrolled then 'not_completed'
        when place.is_public then 'not_enrolled'
        else 'not_found'
    end as outcome,
    one.id,
    case
        when one.id is null and place.is_enrolled then (
            select jsonb_agg(jsonb_build_object('id', missing.id, 'title', missing.title))
            from (
                select
                    l.id,
                    l.title
                from modules as m
                inner join lessons as l on m.id = l.module_id
                left join lesson_progress as lp on l.id = lp.lesson_id and lp.user_id = :user_id
                where
                    m.course_id = :course_id
                    and l.published_at is not null
                    and lp.is_completed is not true
                order by m.position, l.position
                limit 20
            ) as missing
        )
    end as missing
-- The job is what it is joined for.
-- noqa: disable=ST11
from queued
-- noqa: enable=ST11
left join one on true
left join place on true;
