-- name: update_course(actor_id, course_id, changes)$
-- purpose:  Change what is sent of a course, and note who did.
-- endpoint: PATCH /api/v1/courses/<ref>
-- param:    actor_id bigint, the author
-- param:    course_id bigint, locked before
-- param:    changes jsonb, columns and their new values
-- returns:  whether its threshold is lower now
-- index:    courses_pkey
-- budget:   3 ms p95, warm, 500 courses
-- cache:    none
-- drops:    courses:published
-- locks:    the course's row; for another slug also against who enrolls, until the commit
-- scope:    none
with updated as (
    update courses as c
    set
        slug = new.slug,
        title = new.title,
        description = new.description,
        description_html = new.description_html,
        html_version = new.html_version,
        language = new.language,
        completion_threshold = new.completion_threshold,
        completion_points = new.completion_points,
        version = c.version + 1,
        updated_at = now()
    from courses as old
    cross join lateral jsonb_populate_record(old, :changes::jsonb) as new
    where c.id = :course_id and old.id = :course_id
    returning
        c.id,
        c.completion_threshold < old.completion_threshold as is_easier
),

audited as (
    insert into audit_log (actor_id, action, target_type, target_id, details)
    select
        :actor_id,
        'course_updated',
        'course',
        updated.id,
        -- Texts may be long; that they were changed is enough.
        (:changes::jsonb - '{description, description_html, html_version}'::text[])
        || case
            when :changes::jsonb ? 'description' then '{"description": "…"}' else '{}'
        end::jsonb
    from updated
)

select is_easier
from updated;
