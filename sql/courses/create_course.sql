-- name: create_course(actor_id, course)$
-- purpose:  A new course that is not published, with who made it as its lead, and the entry in the
--           audit trail.
-- endpoint: POST /api/v1/courses
-- param:    actor_id bigint, the author
-- param:    course jsonb, title, slug or null, description and its HTML with the version of the
--           rules, language, completion_threshold and completion_points
-- returns:  the course's id
-- index:    courses_slug_key
-- budget:   3 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    the new rows; the author's row, key-shared
-- scope:    none
with wanted as (
    select
        new.*,
        -- Of a title in another script nothing is left.
        coalesce(
            nullif(
                trim(
                    both '-' from left(
                        regexp_replace(fold_for_search(new.title), '[^a-z0-9]+', '-', 'g'), 100
                    )
                ), ''
            ), 'course'
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

taken as (
    -- 1 for the stem itself, 7 for stem-7; null when there is none.
    select max(coalesce(substring(c.slug from '-([0-9]{1,9})$'), '1')::bigint) as number
    from courses as c
    cross join wanted
    where c.slug ~ ('^' || wanted.stem || '(-[0-9]{1,9})?$')
),

created as (
    insert into courses (
        slug, title, description, description_html, html_version, language, completion_threshold,
        completion_points
    )
    select
        coalesce(
            wanted.slug,
            wanted.stem || case
                when taken.number is not null then '-' || taken.number + 1
                -- Only digits would be an id.
                when wanted.stem ~ '^[0-9]+$' then '-course'
                else ''
            end
        ),
        wanted.title,
        wanted.description,
        wanted.description_html,
        wanted.html_version,
        wanted.language,
        wanted.completion_threshold,
        wanted.completion_points
    from wanted
    cross join taken
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
