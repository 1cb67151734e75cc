-- name: enroll_user(user_id, session_id, course_id)^
-- purpose:  Enroll a learner once, however often and from however many places it is asked.
-- endpoint: POST /api/v1/courses/<course_id>/enroll
-- param:    user_id bigint, from the token
-- param:    session_id bigint, from the token
-- param:    course_id bigint, from the path
-- returns:  outcome (ok, unauthenticated, not_found), whether it is new, whether there is progress
--           from before, and json Enrollment
-- index:    idx_enrollments_user_course, idx_lesson_progress_user_lesson
-- budget:   3 ms p95, warm, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    the learner's user_points row, locked before, and the new row; the user's and the
--           course's row key-shared: a spike does not queue
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

existing as (
    select
        e.*,
        false as is_new
    from live
    inner join enrollments as e on live.user_id = e.user_id and e.course_id = :course_id
),

created as (
    insert into enrollments as e (user_id, course_id, completed_at)
    select
        live.user_id,
        c.id,
        -- Back after leaving: what was completed stays completed.
        (
            select ph.created_at
            from points_history as ph
            where
                ph.user_id = :user_id
                and ph.reason = 'course_completed'
                and ph.source_id = c.id
        )
    from live
    inner join courses as c on c.id = :course_id and c.published_at is not null
    where not exists (select from existing)
    -- Only a simultaneous request gets here; it needs the row that won.
    on conflict on constraint idx_enrollments_user_course do update
        set course_id = excluded.course_id
    -- A row version that was inserted, not updated, has no xmax.
    returning e.*, xmax = 0 as is_new
)

select
    case
        when live.user_id is null then 'unauthenticated'
        when one.id is null then 'not_found'
        else 'ok'
    end as outcome,
    one.is_new,
    exists(
        select
        from modules as m
        inner join lessons as l on m.id = l.module_id
        -- One by one: by learner, it would read what they have done everywhere.
        cross join lateral (
            select lp.lesson_id
            from lesson_progress as lp
            where lp.user_id = :user_id and lp.lesson_id = l.id
            order by lp.lesson_id
            limit 1
        ) as begun
        where m.course_id = :course_id
    ) as has_progress,
    json_build_object(
        'id', one.id,
        'course_id', one.course_id,
        'enrolled_at', one.enrolled_at,
        'completed_at', one.completed_at
    ) as body
-- One row whatever is found, which the linter takes for a join that does nothing.
-- noqa: disable=ST11
from (select) as always
-- noqa: enable=ST11
left join live on true
left join (
    select * from existing
    union all
    select * from created
) as one on true;
