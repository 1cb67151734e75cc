-- name: get_course(course_id, slug, user_id, role)^
-- purpose:  A course with its modules and lessons, as far as the caller may see them.
-- endpoint: GET /api/v1/courses/<ref>, POST /api/v1/courses, POST /api/v1/courses/import,
--           PATCH /api/v1/courses/<ref>, POST /api/v1/courses/<course_id>/publish,
--           POST /api/v1/courses/<course_id>/unpublish, PUT /api/v1/courses/<course_id>/outline
-- param:    course_id bigint, from the path, or null when it has a slug
-- param:    slug text, from the path, or null when it has an id
-- param:    user_id bigint, the caller, or null
-- param:    role text, the caller's, or null
-- returns:  version bigint and json CourseDetail; no row when there is none that the caller may
--           see
-- index:    courses_pkey, courses_slug_key
-- budget:   5 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
with course as (
    select
        c.*,
        coalesce(:role = 'admin', false) or exists (
            select from course_instructors as i
            where i.course_id = c.id and i.user_id = :user_id and :role = 'instructor'
        ) as is_staff
    from courses as c
    where c.id = :course_id or c.slug = :slug
),

visible as (
    select course.*
    from course
    where
        course.published_at is not null
        or (course.is_staff and course.archived_at is null)
        -- Whoever enrolled keeps the course when it is unpublished.
        or exists (
            select from enrollments as e
            where e.user_id = :user_id and e.course_id = course.id
        )
),

shown as (
    select
        m.id as module_id,
        m.title as module_title,
        m.position as module_position,
        l.id,
        l.title,
        l.position,
        l.kind,
        l.duration_seconds,
        l.points,
        l.is_preview,
        l.published_at
    from visible
    inner join modules as m on visible.id = m.course_id and m.archived_at is null
    left join lessons as l
        on
            m.id = l.module_id
            and l.archived_at is null
            and (l.published_at is not null or visible.is_staff)
),

module_list as (
    select
        shown.module_position,
        count(shown.id) as lessons_count,
        sum(shown.duration_seconds) as duration_seconds,
        json_build_object(
            'id', shown.module_id,
            'title', shown.module_title,
            'position', shown.module_position,
            'lessons', coalesce(
                json_agg(
                    json_build_object(
                        'id', shown.id,
                        'title', shown.title,
                        'position', shown.position,
                        'kind', shown.kind,
                        'duration_seconds', shown.duration_seconds,
                        'points', shown.points,
                        'is_preview', shown.is_preview,
                        'is_published', shown.published_at is not null
                    )
                    order by shown.position
                ) filter (where shown.id is not null), '[]'
            )
        ) as document
    from shown
    group by shown.module_id, shown.module_title, shown.module_position
)

select
    visible.version,
    json_build_object(
        'id', visible.id,
        'slug', visible.slug,
        'title', visible.title,
        'description', visible.description,
        'description_html', visible.description_html,
        'language', visible.language,
        'completion_threshold', visible.completion_threshold,
        'completion_points', visible.completion_points,
        'lessons_count', sums.lessons_count,
        'duration_seconds', sums.duration_seconds,
        'published_at', visible.published_at,
        'instructors', (
            select coalesce(
                json_agg(
                    json_build_object(
                        'id', u.id, 'full_name', u.full_name, 'is_lead', i.is_lead
                    )
                    order by i.is_lead desc, u.id asc
                ), '[]'
            )
            from course_instructors as i
            inner join users as u on i.user_id = u.id
            where i.course_id = visible.id
        ),
        'modules', sums.modules
    ) as body
from visible
cross join (
    select
        coalesce(sum(lessons_count), 0) as lessons_count,
        coalesce(sum(duration_seconds), 0) as duration_seconds,
        coalesce(json_agg(document order by module_position), '[]') as modules
    from module_list
) as sums;
