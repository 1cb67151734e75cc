-- name: award_completed_courses(user_ids, course_id)
-- purpose:  As award_course_points, for many: the course's bonus, once.
-- endpoint: job settle_course, POST /api/v1/courses/<course_id>/enroll
-- param:    user_ids bigint[], learners whose mutexes are held
-- param:    course_id bigint, the course just completed
-- returns:  rows of user_id bigint and id bigint of the new entry in their ledger
-- index:    idx_points_history_user_reason_source
-- budget:   50 ms p95, warm, 25 learners, 10 M ledger rows
-- cache:    none
-- drops:    gamification:{user_id}
-- locks:    the learners' user_points rows, locked before; the users' rows, key-shared
-- scope:    all-users
with awarded as (
    insert into points_history (user_id, points, reason, source_id)
    select
        completed.user_id,
        c.completion_points,
        'course_completed',
        c.id
    from unnest(:user_ids::bigint[]) as completed (user_id)
    inner join courses as c on c.id = :course_id
    on conflict on constraint idx_points_history_user_reason_source do nothing
    returning user_id, id, points
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
where up.user_id = awarded.user_id
returning up.user_id, awarded.id;
