-- name: get_lesson_progress(user_id, lesson_id)^
-- purpose:  How far the caller is in one lesson; zeros before the first update.
-- endpoint: GET /api/v1/progress/lessons/<lesson_id>
-- param:    user_id bigint, the caller
-- param:    lesson_id bigint, from the path
-- returns:  outcome (ok, not_found, not_enrolled) and json LessonProgress; no row when there is
--           no such lesson
-- index:    idx_lesson_progress_user_lesson
-- budget:   1 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
select
    case
        when e.user_id is not null then 'ok'
        when c.published_at is null then 'not_found'
        else 'not_enrolled'
    end as outcome,
    json_build_object(
        'lesson_id', l.id,
        'course_id', c.id,
        'watched_seconds', coalesce(lp.watched_seconds, 0),
        'last_position_seconds', coalesce(lp.last_position_seconds, 0),
        'completion_percentage', coalesce(lp.completion_percentage, 0),
        'is_completed', coalesce(lp.is_completed, false),
        'completed_at', lp.completed_at,
        'updated_at', lp.updated_at
    ) as body
from lessons as l
inner join modules as m on l.module_id = m.id
inner join courses as c on m.course_id = c.id
left join enrollments as e on c.id = e.course_id and e.user_id = :user_id
left join lesson_progress as lp on l.id = lp.lesson_id and lp.user_id = :user_id
where l.id = :lesson_id and l.published_at is not null;
