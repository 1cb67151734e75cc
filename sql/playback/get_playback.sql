-- name: get_playback(lesson_id, user_id, role)^
-- purpose:  Where the player gets a lesson's video, asked again and again while somebody watches.
-- endpoint: GET /api/v1/lessons/<lesson_id>/playback
-- param:    lesson_id bigint, from the path
-- param:    user_id bigint, the caller, or null
-- param:    role text, the caller's, or null
-- returns:  outcome (ok, not_found also when there is no video, unauthenticated, not_enrolled),
--           mux_playback_id text and json Playback
-- index:    lessons_pkey
-- budget:   2 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
with lesson as (
    select
        l.mux_playback_id,
        l.is_preview,
        l.published_at,
        c.published_at as course_published_at,
        e.user_id is not null as is_enrolled,
        -- An archived course has none: it is there for those who are in it.
        c.archived_at is null
        and (
            coalesce(:role = 'admin', false) or exists (
                select from course_instructors as i
                where i.course_id = c.id and i.user_id = :user_id and :role = 'instructor'
            )
        ) as is_staff
    from lessons as l
    inner join modules as m on l.module_id = m.id
    inner join courses as c on m.course_id = c.id
    left join enrollments as e on c.id = e.course_id and e.user_id = :user_id
    where l.id = :lesson_id and l.archived_at is null
),

-- Who may have it is what lessons/get_lesson.sql says, too; a test holds both to one table.
judged as (
    select
        lesson.mux_playback_id,
        case
            when lesson.is_staff then 'ok'
            when lesson.published_at is null then 'not_found'
            when lesson.is_enrolled then 'ok'
            when lesson.course_published_at is null then 'not_found'
            when lesson.is_preview then 'ok'
            when :user_id::bigint is null then 'unauthenticated'
            else 'not_enrolled'
        end as outcome
    from lesson
)

select
    case
        when judged.outcome = 'ok' and judged.mux_playback_id is null then 'not_found'
        else judged.outcome
    end as outcome,
    judged.mux_playback_id,
    json_build_object(
        'hls_url', 'https://stream.mux.com/' || judged.mux_playback_id || '.m3u8',
        'thumbnail_url', 'https://image.mux.com/' || judged.mux_playback_id || '/thumbnail.jpg',
        'expires_at', null
    ) as body
from judged;
