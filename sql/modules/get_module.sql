-- name: get_module(module_id, user_id, role)^
-- purpose:  A module with its lessons, as far as the caller may see them.
-- endpoint: GET /api/v1/modules/<module_id>, POST /api/v1/courses/<course_id>/modules,
--           PATCH /api/v1/modules/<module_id>
-- param:    module_id bigint, from the path
-- param:    user_id bigint, the caller, or null
-- param:    role text, the caller's, or null
-- returns:  version bigint and json Module; no row when there is none that the caller may see
-- index:    modules_pkey
-- budget:   3 ms p95, warm, 500 courses
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select
    m.version,
    json_build_object(
        'id', m.id,
        'course_id', m.course_id,
        'title', m.title,
        'position', m.position,
        'lessons', (
            select
                coalesce(
                    json_agg(
                        json_build_object(
                            'id', l.id,
                            'title', l.title,
                            'position', l.position,
                            'kind', l.kind,
                            'duration_seconds', l.duration_seconds,
                            'points', l.points,
                            'is_preview', l.is_preview,
                            'is_published', l.published_at is not null
                        )
                        order by l.position
                    ), '[]'
                )
            from lessons as l
            where
                l.module_id = m.id
                and l.archived_at is null
                and (l.published_at is not null or may.edit)
        )
    ) as body
from modules as m
inner join courses as c on m.course_id = c.id
cross join lateral (
    select
        coalesce(:role = 'admin', false) or exists (
            select from course_instructors as i
            where i.course_id = c.id and i.user_id = :user_id and :role = 'instructor'
        ) as edit
) as may
where
    m.id = :module_id
    and m.archived_at is null
    and (
        c.published_at is not null
        or (may.edit and c.archived_at is null)
        or exists (
            select from enrollments as e
            where e.course_id = c.id and e.user_id = :user_id
        )
    );
