-- name: list_learners(course_id, after_id, limit)
-- purpose:  A page of the learners of a course with how far they are, for the file of all of them.
-- endpoint: GET /api/v1/courses/<course_id>/learners.csv
-- param:    course_id bigint, from the path
-- param:    after_id bigint, the last enrollment of the page before, or 0
-- param:    limit integer, how many; each takes a row of lesson_progress a lesson
-- returns:  rows of id bigint, the enrollment's, and the columns of the file; in the order in
--           which they have enrolled, without those erased, of whom there is nothing to say
-- index:    idx_enrollments_course_id_id, idx_lesson_progress_user_lesson
-- budget:   25 ms p95, warm, 50 learners, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
with lesson as materialized (
    select
        l.id,
        l.published_at is not null as is_published
    from modules as m
    inner join lessons as l on m.id = l.module_id
    where m.course_id = :course_id
),

total as materialized (
    select count(*) filter (where is_published) as lessons
    from lesson
)

select
    e.id,
    e.user_id,
    person.full_name,
    person.email,
    e.enrolled_at,
    e.completed_at,
    watched.completed_lessons,
    total.lessons as total_lessons,
    coalesce(watched.completed_lessons * 100 / nullif(total.lessons, 0), 0) as percentage,
    watched.last_active_at
from enrollments as e
-- One by one: a merge join would read the accounts from the very first on, for each page.
cross join lateral (
    select
        u.full_name,
        u.email
    from users as u
    where u.id = e.user_id and u.deleted_at is null
    order by u.id
    limit 1
) as person
cross join total
cross join lateral (
    select
        count(*) filter (
            where report.is_completed and lesson.is_published
        ) as completed_lessons,
        max(report.updated_at) as last_active_at
    from lesson
    -- One by one as well: some have begun thousands of lessons, nearly all of other courses.
    cross join lateral (
        select
            lp.is_completed,
            lp.updated_at
        from lesson_progress as lp
        where lp.user_id = e.user_id and lp.lesson_id = lesson.id
        order by lp.lesson_id
        limit 1
    ) as report
) as watched
where e.course_id = :course_id and e.id > :after_id
order by e.id
limit :limit;
