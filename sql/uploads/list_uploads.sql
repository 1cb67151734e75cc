-- name: list_uploads(lesson_id, user_id, role)^
-- purpose:  What became of the videos that were sent for a lesson, newest first.
-- endpoint: GET /api/v1/lessons/<lesson_id>/uploads
-- param:    lesson_id bigint, from the path
-- param:    user_id bigint, the caller
-- param:    role text, the caller's
-- returns:  outcome (ok, not_found, forbidden) and json UploadList; no row for an unknown lesson
-- index:    lessons_pkey, idx_video_uploads_lesson_id_id
-- budget:   3 ms p95, warm
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select
    case
        when
            :role = 'admin'
            or exists (
                select from course_instructors as i
                where i.course_id = c.id and i.user_id = :user_id and :role = 'instructor'
            )
            then 'ok'
        when l.published_at is null then 'not_found'
        when c.published_at is not null then 'forbidden'
        when
            exists (
                select from enrollments as e
                where e.course_id = c.id and e.user_id = :user_id
            )
            then 'forbidden'
        else 'not_found'
    end as outcome,
    json_build_object(
        'items', (
            select
                coalesce(
                    json_agg(
                        json_build_object(
                            'id', newest.id,
                            'status', newest.status,
                            'message', newest.message,
                            'expires_at', newest.expires_at,
                            'created_at', newest.created_at
                        )
                        order by newest.id desc
                    ), '[]'
                )
            from (
                select *
                from video_uploads as u
                where u.lesson_id = l.id
                order by u.id desc
                limit 100
            ) as newest
        ),
        'next_cursor', null
    ) as body
from lessons as l
inner join modules as m on l.module_id = m.id
inner join courses as c on m.course_id = c.id
where l.id = :lesson_id and l.archived_at is null and c.archived_at is null;
