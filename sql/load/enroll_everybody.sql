-- name: enroll_everybody()^
-- purpose:  Let every load learner take one course, and begin its first lesson.
-- endpoint: make bench
-- param:    none
-- returns:  course_id bigint, the published one whose number of lessons is nearest to the average;
--           lesson_id bigint, its first published video
-- index:    none
-- budget:   30 s, once, 100 k users
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
with sizes as (
    select
        modules.course_id,
        count(*) as lessons,
        min(lessons.id) filter (where lessons.kind = 'video') as lesson_id
    from modules
    inner join lessons on modules.id = lessons.module_id
    inner join courses on modules.course_id = courses.id
    where courses.published_at is not null and lessons.published_at is not null
    group by modules.course_id
),

place as materialized (
    select
        sizes.course_id,
        sizes.lesson_id
    from sizes
    where sizes.lesson_id is not null
    order by abs(sizes.lessons - (select avg(others.lessons) from sizes as others)), sizes.course_id
    limit 1
),

enrolled as (
    insert into enrollments (user_id, course_id)
    select
        users.id,
        place.course_id
    from users
    cross join place
    where users.email like 'load______@example.com'
    on conflict do nothing
),

begun as (
    insert into lesson_progress (user_id, lesson_id)
    select
        users.id,
        place.lesson_id
    from users
    cross join place
    where users.email like 'load______@example.com'
    on conflict do nothing
)

select
    place.course_id,
    place.lesson_id
from place;
