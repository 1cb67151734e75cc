-- name: create_demo_courses(document, lead_email)^
-- purpose:  Make the demo courses with their modules and lessons, all led by one instructor.
-- endpoint: flask seed demo
-- param:    document json, an array of courses as in courseapp/demo/courses.json
-- param:    lead_email text, the account of the instructor, in lower case
-- returns:  the number of courses, modules and lessons made
-- index:    courses_slug_key
-- budget:   200 ms, once
-- cache:    none
-- drops:    courses:published
-- locks:    the new rows
-- scope:    all-users
-- A course whose slug is taken is left alone with all it holds: people may
-- have edited it, so its modules and lessons are not compared.
with demo as materialized (
    select
        course.*,
        given.position,
        now() - make_interval(days => course.published_days_ago) as published_at,
        now() - make_interval(days => coalesce(course.published_days_ago, 0) + 21) as created_at
    from json_array_elements(cast(:document as json)) with ordinality as given (document, position)
    cross join lateral json_to_record(given.document) as course (
        slug text,
        title text,
        description text,
        language text,
        published_days_ago integer,
        completion_threshold smallint,
        completion_points integer,
        modules json
    )
),

new_course as (
    insert into courses (
        slug, title, description, language, completion_threshold, completion_points,
        published_at, created_at, updated_at
    )
    select
        slug,
        title,
        description,
        language,
        completion_threshold,
        completion_points,
        published_at,
        created_at,
        coalesce(published_at, created_at)
    from demo
    order by position
    on conflict on constraint courses_slug_key do nothing
    returning id, slug
),

new_lead as (
    insert into course_instructors (course_id, user_id, is_lead)
    select
        new_course.id,
        users.id,
        true
    from new_course
    inner join users on users.email = :lead_email
),

new_module as (
    insert into modules (course_id, title, position, created_at, updated_at)
    select
        new_course.id,
        given.document ->> 'title',
        given.position,
        demo.created_at,
        demo.created_at
    from new_course
    inner join demo on new_course.slug = demo.slug
    cross join lateral
        json_array_elements(demo.modules) with ordinality as given (document, position)
    order by new_course.id, given.position
    returning id, course_id, position
),

new_lesson as (
    insert into lessons (
        module_id, title, position, kind, body, duration_seconds, mux_playback_id,
        is_preview, points, published_at, created_at, updated_at
    )
    select
        new_module.id,
        lesson.title,
        given.position,
        lesson.kind,
        coalesce(lesson.body, ''),
        lesson.duration_seconds,
        lesson.mux_playback_id,
        coalesce(lesson.is_preview, false),
        lesson.points,
        -- The lessons of an unpublished course are ready for the day it is published.
        case when lesson.is_draft is not true then demo.created_at end,
        demo.created_at,
        demo.created_at
    from new_module
    inner join new_course on new_module.course_id = new_course.id
    inner join demo on new_course.slug = demo.slug
    cross join lateral
        json_array_elements(demo.modules -> (new_module.position - 1) -> 'lessons')
        with ordinality as given (document, position)
    cross join lateral json_to_record(given.document) as lesson (
        title text,
        kind text,
        body text,
        duration_seconds integer,
        mux_playback_id text,
        is_preview boolean,
        is_draft boolean,
        points integer
    )
    order by new_module.id, given.position
    returning id
)

select
    (select count(*) from new_course) as courses,
    (select count(*) from new_module) as modules,
    (select count(*) from new_lesson) as lessons;
