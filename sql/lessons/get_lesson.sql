-- name: get_lesson(lesson_id, user_id, session_id)^
-- purpose:  A lesson to watch, its neighbours, and where the caller stopped.
-- endpoint: GET /api/v1/lessons/<lesson_id>, POST /api/v1/modules/<module_id>/lessons,
--           PATCH /api/v1/lessons/<lesson_id>, POST /api/v1/lessons/<lesson_id>/publish,
--           POST /api/v1/lessons/<lesson_id>/unpublish
-- param:    lesson_id bigint, from the path
-- param:    user_id bigint, from the token, or null
-- param:    session_id bigint, from the token, or null; who has a dead one is nobody
-- returns:  outcome (ok, not_found, unauthenticated, not_enrolled), json Lesson and its version
--           bigint
-- index:    idx_enrollments_user_course, idx_lesson_progress_user_lesson
-- budget:   3 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
with caller as (
    select
        s.user_id,
        u.role
    from sessions as s
    inner join users as u on s.user_id = u.id and u.deactivated_at is null
    where
        s.user_id = :user_id
        and s.id = :session_id
        and s.revoked_at is null
        and s.expires_at > now()
),

lesson as (
    select
        l.*,
        caller.user_id,
        m.course_id,
        m.position as module_position,
        c.title as course_title,
        c.published_at as course_published_at,
        e.user_id is not null and caller.user_id is not null as is_enrolled,
        -- An archived course has none: it is there for those who are in it.
        c.archived_at is null
        and (
            coalesce(caller.role = 'admin', false) or exists (
                select from course_instructors as i
                where
                    i.course_id = c.id
                    and i.user_id = caller.user_id
                    and caller.role = 'instructor'
            )
        ) as is_staff
    from lessons as l
    inner join modules as m on l.module_id = m.id
    inner join courses as c on m.course_id = c.id
    left join caller on true
    -- Not of the caller: a generic plan would read the whole course, because there may be none.
    left join enrollments as e on c.id = e.course_id and e.user_id = :user_id
    where l.id = :lesson_id and l.archived_at is null
)

select
    case
        when lesson.is_staff then 'ok'
        when lesson.published_at is null then 'not_found'
        when lesson.is_enrolled then 'ok'
        when lesson.course_published_at is null then 'not_found'
        when lesson.is_preview then 'ok'
        when lesson.user_id is null then 'unauthenticated'
        else 'not_enrolled'
    end as outcome,
    json_build_object(
        'id', lesson.id,
        'course_id', lesson.course_id,
        'course_title', lesson.course_title,
        'module_id', lesson.module_id,
        'title', lesson.title,
        'kind', lesson.kind,
        'body', lesson.body,
        'body_html', lesson.body_html,
        'position', lesson.position,
        'duration_seconds', lesson.duration_seconds,
        'points', lesson.points,
        'is_preview', lesson.is_preview,
        'is_published', lesson.published_at is not null,
        'previous_lesson_id', (
            select near.id
            from modules as m
            inner join lessons as near on m.id = near.module_id
            where
                m.course_id = lesson.course_id
                and near.published_at is not null
                and (m.position, near.position) < (lesson.module_position, lesson.position)
            order by m.position desc, near.position desc
            limit 1
        ),
        'next_lesson_id', (
            select near.id
            from modules as m
            inner join lessons as near on m.id = near.module_id
            where
                m.course_id = lesson.course_id
                and near.published_at is not null
                and (m.position, near.position) > (lesson.module_position, lesson.position)
            order by m.position, near.position
            limit 1
        ),
        'mux_playback_id', lesson.mux_playback_id,
        'playback',
        case
            when lesson.mux_playback_id is not null
                then
                    json_build_object(
                        'hls_url', 'https://stream.mux.com/' || lesson.mux_playback_id || '.m3u8',
                        'thumbnail_url',
                        'https://image.mux.com/' || lesson.mux_playback_id || '/thumbnail.jpg',
                        'expires_at', null
                    )
        end,
        'progress',
        case
            when lesson.is_enrolled
                then
                    json_build_object(
                        'watched_seconds', coalesce(lp.watched_seconds, 0),
                        'last_position_seconds', coalesce(lp.last_position_seconds, 0),
                        'completion_percentage', coalesce(lp.completion_percentage, 0),
                        'is_completed', coalesce(lp.is_completed, false),
                        'completed_at', lp.completed_at,
                        'updated_at', lp.updated_at
                    )
        end
    ) as body,
    lesson.version
from lesson
left join lesson_progress as lp on lesson.id = lp.lesson_id and lp.user_id = :user_id;
