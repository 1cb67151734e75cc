-- name: get_completion(user_id, lesson_id, first_entry_id, is_first_today)$
-- purpose:  Last step of a completion: the lesson's state, and what the update has earned.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>
-- param:    user_id bigint, the learner
-- param:    lesson_id bigint, the lesson just completed
-- param:    first_entry_id bigint, the first of the ledger's entries made now; null when there are
--           none
-- param:    is_first_today boolean, whether the learner's day became an active one by this
-- returns:  json LessonProgressUpdate
-- index:    idx_lesson_progress_user_lesson
-- budget:   2 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
with entry as (
    -- With the mutex, what came after the first one came from this update.
    select
        ph.points,
        ph.reason,
        ph.source_id
    from points_history as ph
    where ph.user_id = :user_id and ph.id >= :first_entry_id
),

earned as (
    select
        sum(points) as points,
        bool_or(reason = 'course_completed') as is_course_completed
    from entry
)

select json_build_object(
    'lesson_id', lp.lesson_id,
    'course_id', m.course_id,
    'watched_seconds', lp.watched_seconds,
    'last_position_seconds', lp.last_position_seconds,
    'completion_percentage', lp.completion_percentage,
    'is_completed', lp.is_completed,
    'completed_at', lp.completed_at,
    'updated_at', lp.updated_at,
    'earned', case
        when earned.points is not null then json_build_object(
            'points', earned.points,
            'total_points', up.total_points,
            'level', up.level,
            'is_new_level', up.level > (
                select max(levels.level) from levels
                where levels.min_points <= up.total_points - earned.points
            ),
            'current_streak', us.current_streak,
            'is_first_today', :is_first_today::boolean,
            'is_course_completed', earned.is_course_completed,
            'achievements', coalesce(
                (
                    select json_agg(
                        json_build_object(
                            'id', a.id,
                            'code', a.code,
                            'title', a.title,
                            'description', a.description,
                            'icon', a.icon,
                            'points', entry.points
                        )
                        order by a.id
                    )
                    from entry
                    inner join achievements as a on entry.source_id = a.id
                    where entry.reason = 'achievement_unlocked'
                ), '[]'
            )
        )
    end
)
from lesson_progress as lp
inner join lessons as l on lp.lesson_id = l.id
inner join modules as m on l.module_id = m.id
inner join user_points as up on lp.user_id = up.user_id
left join user_streaks as us on lp.user_id = us.user_id
cross join earned
where lp.user_id = :user_id and lp.lesson_id = :lesson_id;
