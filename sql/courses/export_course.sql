-- name: export_course(course_id, user_id, role)^
-- purpose:  A whole course as one document, which import_course makes a course of again.
-- endpoint: GET /api/v1/courses/<course_id>/export
-- param:    course_id bigint, from the path
-- param:    user_id bigint, the caller
-- param:    role text, the caller's
-- returns:  outcome (ok, forbidden, not_found) and json CourseExport; no row when there is none
-- index:    courses_pkey
-- budget:   10 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select
    case
        when c.archived_at is not null then 'not_found'
        when may.edit then 'ok'
        when c.published_at is not null or may.view then 'forbidden'
        else 'not_found'
    end as outcome,
    json_build_object(
        'format', 'courseapp.course/1',
        'slug', c.slug,
        'title', c.title,
        'description', c.description,
        'language', c.language,
        'completion_threshold', c.completion_threshold,
        'completion_points', c.completion_points,
        'modules', (
            select
                coalesce(
                    json_agg(
                        json_build_object(
                            'title', m.title,
                            'lessons', (
                                select
                                    coalesce(
                                        json_agg(
                                            json_build_object(
                                                'title', l.title,
                                                'kind', l.kind,
                                                'body', l.body,
                                                'duration_seconds', l.duration_seconds,
                                                'mux_playback_id', l.mux_playback_id,
                                                'is_preview', l.is_preview,
                                                'points', l.points,
                                                'is_published', l.published_at is not null
                                            )
                                            order by l.position
                                        ), '[]'
                                    )
                                from lessons as l
                                where l.module_id = m.id and l.archived_at is null
                            )
                        )
                        order by m.position
                    ), '[]'
                )
            from modules as m
            where m.course_id = c.id and m.archived_at is null
        )
    ) as body
from courses as c
cross join lateral (
    select
        :role = 'admin' or exists (
            select from course_instructors as i
            where i.course_id = c.id and i.user_id = :user_id and :role = 'instructor'
        ) as edit,
        exists(
            select from enrollments as e
            where e.course_id = c.id and e.user_id = :user_id
        ) as view
) as may
where c.id = :course_id;
