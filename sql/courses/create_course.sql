-- name: create_course(actor_id, course)$
-- purpose:  A new course that is not published, with who made it as its lead, and the entry in the
--           audit trail.
-- endpoint: POST /api/v1/courses
-- param:    actor_id bigint, the author
-- param:    course jsonb, title, slug or null, description and its HTML with the version of the
--           rules, language, completion_threshold and completion_points
-- returns:  the course's id; no row when another course has the slug, also when it took the derived
--           one at this moment
-- index:    courses_slug_key
-- budget:   3 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the new rows; the author's row, key-shared
-- scope:    none
with wanted as (
    select
        new.*,
        trim(
            both '-' from left(
                regexp_replace(fold_for_search(new.title), '[^a-z0-9]+', '-', 'g'), 100
            )
        ) as stem
    from jsonb_to_record(:course::jsonb) as new (
        title text,
        slug text,
        description text,
        description_html text,
        html_version smallint,
        language text,
        completion_threshold smallint,
        completion_points integer
    )
),

derived as (
    select
        case
            -- Of a title in another script nothing is left.
            when wanted.stem = '' then 'course'
            -- Without a letter it would be an id.
            when wanted.stem !~ '[a-z]' then wanted.stem || '-course'
            else wanted.stem
        end as slug
    from wanted
),

-- x, x-2, x-3, …: one more than there are courses that may have them.
candidate as (
    select
        number.n,
        derived.slug || case when number.n > 1 then '-' || number.n else '' end as slug
    from derived
    cross join lateral (
        select generate_series(1, count(*) + 1) as n
        from courses as c
        where starts_with(c.slug, derived.slug)
    ) as number
),

created as (
    insert into courses (
        slug, title, description, description_html, html_version, language, completion_threshold,
        completion_points
    )
    select
        coalesce(
            wanted.slug,
            (
                select candidate.slug
                from candidate
                where not exists (
                    select from courses as c
                    where c.slug = candidate.slug
                )
                order by candidate.n
                limit 1
            )
        ),
        wanted.title,
        wanted.description,
        wanted.description_html,
        wanted.html_version,
        wanted.language,
        wanted.completion_threshold,
        wanted.completion_points
    from wanted
    on conflict on constraint courses_slug_key do nothing
    returning *
),

led as (
    insert into course_instructors (course_id, user_id, is_lead)
    select
        created.id,
        :actor_id,
        true
    from created
),

audited as (
    insert into audit_log (actor_id, action, target_type, target_id, details)
    select
        :actor_id,
        'course_created',
        'course',
        created.id,
        jsonb_build_object('slug', created.slug, 'title', created.title)
    from created
)

select id
from created;
