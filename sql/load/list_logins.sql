-- name: list_logins(number)
-- purpose:  Learners of the load data with a live session, and what each can do in a load test.
-- endpoint: flask seed logins
-- param:    number bigint, how many learners
-- returns:  user_id bigint, session_id bigint, and json LoadLogin, a row a learner: the lesson
--           that it watches; the course that the fewest have taken, or null when it has; and
--           courses that it has completed and has no certificate for
-- index:    none
-- budget:   60 s, once, 100 k users
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
with to_take as materialized (
    select courses.id
    from courses
    left join enrollments on courses.id = enrollments.course_id
    where courses.published_at is not null and courses.archived_at is null
    group by courses.id
    order by count(enrollments.course_id), courses.id
    limit 1
)

select
    users.id as user_id,
    session.id as session_id,
    json_build_object(
        'user_id', users.id,
        'watching', watching.document,
        'to_take', (
            select to_take.id
            from to_take
            where not exists (
                select from enrollments
                where enrollments.user_id = users.id and enrollments.course_id = to_take.id
            )
        ),
        'finished_course_ids', (
            select coalesce(json_agg(enrollments.course_id order by enrollments.course_id), '[]')
            from enrollments
            where
                enrollments.user_id = users.id
                and enrollments.completed_at is not null
                and not exists (
                    select from certificates
                    where
                        certificates.user_id = users.id
                        and certificates.course_id = enrollments.course_id
                )
        )
    ) as body
from users
cross join lateral (
    select sessions.id
    from sessions
    where
        sessions.user_id = users.id
        and sessions.revoked_at is null
        and sessions.expires_at > now() + interval '1 day'
    order by sessions.id desc
    limit 1
) as session
cross join lateral (
    select json_build_object(
        'course_id', modules.course_id,
        'lesson_id', lessons.id,
        'duration_seconds', lessons.duration_seconds
    ) as document
    from enrollments
    inner join modules on enrollments.course_id = modules.course_id
    inner join lessons on modules.id = lessons.module_id
    left join lesson_progress
        on users.id = lesson_progress.user_id and lessons.id = lesson_progress.lesson_id
    where
        enrollments.user_id = users.id
        and lessons.kind = 'video'
        and lessons.published_at is not null
        and lessons.archived_at is null
        and modules.archived_at is null
        and lesson_progress.is_completed is not true
    order by enrollments.course_id, lessons.id
    limit 1
) as watching
where users.email like 'load______@example.com'
order by users.id
limit :number;
