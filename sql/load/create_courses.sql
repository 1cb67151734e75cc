-- name: create_courses(document, courses)^
-- purpose:  Make the load courses, load-0001 and on, of 8 to 80 lessons; every 25th is a draft.
-- endpoint: flask seed load
-- param:    document json, an array of courses as in courseapp/demo/courses.json, whose texts are
--           mixed
-- param:    courses integer, 1 to 9999
-- returns:  the number of courses, modules and lessons made
-- index:    courses_slug_key
-- budget:   5 s, once, 500 courses
-- cache:    none
-- drops:    courses:published
-- locks:    the new rows
-- scope:    all-users
with template as materialized (
    select
        given.position,
        given.document ->> 'title' as title,
        given.document ->> 'description' as description,
        given.document ->> 'language' as language,
        count(*) over () as templates,
        array(
            select lesson.value ->> 'title'
            from json_array_elements(given.document -> 'modules') as module
            cross join json_array_elements(module.value -> 'lessons') as lesson
        ) as lesson_titles,
        array(
            select module.value ->> 'title'
            from json_array_elements(given.document -> 'modules') as module
        ) as module_titles
    from json_array_elements(cast(:document as json)) with ordinality as given (document, position)
),

planned as materialized (
    select
        number.n,
        'load-' || to_char(number.n, 'FM0000') as slug,
        template.title || ' · ' || to_char(number.n, 'FM0000') as title,
        -- Over 1.5 kB, as people write them: searching reads all of it.
        (
            select
                string_agg(
                    other.description, e'\n\n'
                    order by mod(other.position + number.n, other.templates)
                )
            from template as other
            where other.language = template.language
        ) as description,
        template.language,
        template.lesson_titles,
        template.module_titles,
        (array[80, 90, 95, 95])[1 + mod(number.n, 4)] as completion_threshold,
        -- Older than every load learner, so that anybody can have taken it at any time.
        now() - interval '730 days' - interval '365 days' * random() as published_at,
        8 + floor(73 * power(random(), 1.5))::integer as lessons
    from generate_series(1, :courses) as number (n)
    inner join template on mod(number.n - 1, template.templates) + 1 = template.position
),

new_course as (
    insert into courses (
        slug, title, description, language, completion_threshold, published_at,
        created_at, updated_at
    )
    select
        slug,
        title,
        description,
        language,
        completion_threshold,
        case when mod(n, 25) > 0 then published_at end,
        published_at - interval '21 days',
        published_at
    from planned
    order by n
    returning id, slug
),

new_lead as (
    insert into course_instructors (course_id, user_id, is_lead)
    select
        new_course.id,
        instructor.id,
        true
    from new_course
    inner join planned on new_course.slug = planned.slug
    inner join users as instructor
        on instructor.email
            = 'loadinstructor' || to_char(mod(planned.n, 20) + 1, 'FM00') || '@example.com'
),

new_module as (
    insert into modules (course_id, title, position, created_at, updated_at)
    select
        new_course.id,
        planned.module_titles[1 + mod(position - 1, cardinality(planned.module_titles))],
        position,
        planned.published_at,
        planned.published_at
    from new_course
    inner join planned on new_course.slug = planned.slug
    -- Eight lessons a module, the last has what is left.
    cross join lateral generate_series(1, ceil(planned.lessons / 8.0)::integer) as position
    order by new_course.id, position
    returning id, course_id, position
),

lesson as materialized (
    select
        new_module.id as module_id,
        number,
        number - (new_module.position - 1) * 8 as position,
        planned.lesson_titles[1 + mod(number - 1, cardinality(planned.lesson_titles))] as title,
        planned.published_at,
        random() < 0.05 as is_text,
        number > 1 and random() < 0.03 as is_draft,
        120 + floor(2400 * power(random(), 2))::integer as seconds
    from new_module
    inner join new_course on new_module.course_id = new_course.id
    inner join planned on new_course.slug = planned.slug
    cross join lateral generate_series(
        new_module.position * 8 - 7, least(new_module.position * 8, planned.lessons)
    ) as number
),

new_lesson as (
    insert into lessons (
        module_id, title, position, kind, body, duration_seconds, mux_playback_id,
        is_preview, points, published_at, created_at, updated_at
    )
    select
        module_id,
        title,
        position,
        case when is_text then 'text' else 'video' end,
        case when is_text then repeat(title || '. ', 100) else '' end,
        case when not is_text then seconds end,
        case when not is_text then md5(random()::text) end,
        number = 1,
        5 + 5 * least(seconds / 600, 3),
        case when not is_draft then published_at end,
        published_at,
        published_at
    from lesson
    order by module_id, position
    returning id
)

select
    (select count(*) from new_course) as courses,
    (select count(*) from new_module) as modules,
    (select count(*) from new_lesson) as lessons;
