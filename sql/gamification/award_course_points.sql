-- name: award_course_points(user_id, course_id)$
-- purpose:  Step 4 of a completion goes on: the course's bonus, once.
-- endpoint: POST /api/v1/progress/lessons/<lesson_id>
-- param:    user_id bigint, the learner
-- param:    course_id bigint, the course just completed
-- returns:  id of the ledger's entry when it was awarded now, else no row
-- index:    idx_points_history_user_reason_source
-- budget:   2 ms p95, warm, 10 M ledger rows
-- cache:    none
-- drops:    gamification:{user_id}
-- locks:    the learner's user_points row, locked before; the user's row, key-shared
-- scope:    one-user
with awarded as (
    insert into points_history (user_id, points, reason, source_id)
    select
        :user_id,
        c.completion_points,
        'course_completed',
        c.id
    from courses as c
    where c.id = :course_id
    on conflict on constraint idx_points_history_user_reason_source do nothing
    returning id, points
)

update user_points as up
set
    total_points = up.total_points + awarded.points,
    level = (
        select max(levels.level) from levels
        where levels.min_points <= up.total_points + awarded.points
    ),
    updated_at = now()
from awarded
where up.user_id = :user_id
returning awarded.id;
