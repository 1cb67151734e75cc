-- name: import_course(actor_id, lead_id, document)$
-- purpose:  Make a course, not published, of a document of export_course: all of it or nothing.
-- endpoint: POST /api/v1/courses/import, flask courses import
-- param:    actor_id bigint, who asks; null at the command line
-- param:    lead_id bigint, the course's lead, or null for none
-- param:    document jsonb, CourseImport, with the HTML of its texts
-- returns:  the course's id
-- index:    users_pkey
-- budget:   20 ms p95, warm, a course of 40 lessons
-- cache:    none
-- drops:    none
-- locks:    the new rows; the lead's row, key-shared
-- scope:    none
with created as (
    insert into courses (
        slug, title, description, description_html, html_version, language, completion_threshold,
        completion_points
    )
    select
        new.slug,
        new.title,
        new.description,
        new.description_html,
        new.html_version,
        new.language,
        new.completion_threshold,
        new.completion_points
    from jsonb_populate_record(null::courses, :document::jsonb) as new
    returning *
),

led as (
    insert into course_instructors (course_id, user_id, is_lead)
    select
        created.id,
        u.id,
        true
    from created
    inner join users as u on u.id = :lead_id
),

module as (
    select
        given.n,
        given.document
    from jsonb_array_elements(:document::jsonb -> 'modules') with ordinality as given (document, n)
),

created_modules as (
    insert into modules (course_id, title, position)
    select
        created.id,
        module.document ->> 'title',
        module.n
    from created
    cross join module
    returning *
),

created_lessons as (
    insert into lessons (
        module_id, title, position, kind, body, body_html, html_version, duration_seconds,
        mux_playback_id, is_preview, points, published_at
    )
    select
        created_modules.id,
        new.title,
        given.n,
        new.kind,
        new.body,
        new.body_html,
        new.html_version,
        new.duration_seconds,
        new.mux_playback_id,
        new.is_preview,
        new.points,
        case when (given.document ->> 'is_published')::boolean then now() end
    from created_modules
    inner join module on created_modules.position = module.n
    cross join lateral jsonb_array_elements(
        module.document -> 'lessons'
    ) with ordinality as given (document, n)
    cross join lateral jsonb_populate_record(null::lessons, given.document) as new
    returning *
),

audited as (
    insert into audit_log (actor_id, action, target_type, target_id, details)
    select
        :actor_id,
        'course_imported',
        'course',
        created.id,
        jsonb_build_object(
            'slug', created.slug,
            'title', created.title,
            'lessons', (select count(*) from created_lessons)
        )
    from created
)

select id
from created;
