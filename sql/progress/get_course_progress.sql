-- name: get_course_progress(user_id, session_id, course_id)^
-- purpose:  How far the caller is in one course, and what remains: the guide's critical query 1.
-- endpoint: GET /api/v1/progress/courses/<course_id>
-- param:    user_id bigint, from the token
-- param:    session_id bigint, from the token
-- param:    course_id bigint, from the path
-- returns:  outcome (ok, unauthenticated, not_found, not_enrolled) and json CourseProgress
-- index:    idx_lesson_progress_user_lesson
-- budget:   5 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
with live as (
    select s.user_id
    from sessions as s
    inner join users as u on s.user_id = u.id and u.deactivated_at is null
    where
        s.user_id = :user_id
        and s.id = :session_id
        and s.revoked_at is null
        and s.expires_at > now()
),

lesson_list as (
    select
        count(*) as total_lessons,
        count(case when lp.is_completed then 1 end) as completed_lessons,
        coalesce(
            -- A video may be cut after it was watched.
            sum(greatest(l.duration_seconds - coalesce(lp.watched_seconds, 0), 0))
            filter (where lp.is_completed is not true), 0
        ) as remaining_seconds,
        (array_agg(l.id order by m.position, l.position)
            filter (where lp.is_completed is not true)
        )[1] as next_lesson_id,
        coalesce(
            json_agg(
                json_build_object(
                    'lesson_id', l.id,
                    'title', l.title,
                    'duration_seconds', l.duration_seconds,
                    'last_position_seconds', coalesce(lp.last_position_seconds, 0),
                    'completion_percentage', coalesce(lp.completion_percentage, 0),
                    'is_completed', coalesce(lp.is_completed, false)
                )
                order by m.position, l.position
            ), '[]'
        ) as lessons
    from lessons as l
    left join lesson_progress as lp on l.id = lp.lesson_id and lp.user_id = :user_id
    inner join modules as m on l.module_id = m.id
    where m.course_id = :course_id and l.published_at is not null
)

select
    case
        when live.user_id is null then 'unauthenticated'
        when c.id is null then 'not_found'
        when e.user_id is not null then 'ok'
        when c.published_at is null then 'not_found'
        else 'not_enrolled'
    end as outcome,
    json_build_object(
        'course_id', c.id,
        'total_lessons', lesson_list.total_lessons,
        'completed_lessons', lesson_list.completed_lessons,
        'remaining_lessons', lesson_list.total_lessons - lesson_list.completed_lessons,
        'remaining_seconds', lesson_list.remaining_seconds,
        'next_lesson_id', lesson_list.next_lesson_id,
        'percentage',
        coalesce(lesson_list.completed_lessons * 100 / nullif(lesson_list.total_lessons, 0), 0),
        'is_completed', e.completed_at is not null,
        'completed_at', e.completed_at,
        'lessons', lesson_list.lessons
    ) as body
from lesson_list
left join live on true
left join courses as c on c.id = :course_id
left join enrollments as e on c.id = e.course_id and e.user_id = :user_id;
