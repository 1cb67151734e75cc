-- name: list_finished_courses(learners, courses)
-- purpose:  Whom to compare databases of different sizes with: busy learners in popular courses
--           that they have finished, and how much there is of each.
-- endpoint: make explain
-- param:    learners double precision, the part of learners who have begun most lessons, such as
--           0.05
-- param:    courses double precision, the part of courses that most are enrolled in
-- returns:  rows of user_id bigint, course_id bigint, lessons_begun bigint, courses_taken bigint,
--           course_lessons bigint; of the same data always in the same order, all of one learner
--           together
-- index:    none
-- budget:   10 s, once, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
with learner as materialized (
    select
        lp.user_id,
        count(*) as lessons_begun,
        percent_rank() over (order by count(*) desc) as share
    from lesson_progress as lp
    group by lp.user_id
),

course as materialized (
    select
        e.course_id,
        percent_rank() over (order by count(*) desc) as share
    from enrollments as e
    group by e.course_id
),

outline as materialized (
    select
        m.course_id,
        count(*) as lessons
    from modules as m
    inner join lessons as l on m.id = l.module_id
    where l.published_at is not null
    group by m.course_id
),

taken as materialized (
    select
        e.user_id,
        e.course_id,
        e.completed_at,
        learner.lessons_begun,
        count(*) over (partition by e.user_id) as courses_taken
    from enrollments as e
    inner join learner on e.user_id = learner.user_id
    where learner.share <= :learners
)

select
    taken.user_id,
    taken.course_id,
    taken.lessons_begun,
    taken.courses_taken,
    outline.lessons as course_lessons
from taken
inner join course on taken.course_id = course.course_id
inner join outline on taken.course_id = outline.course_id
where course.share <= :courses and taken.completed_at is not null
-- By hash in place of chance.
order by md5(taken.user_id::text), md5(taken.user_id::text || taken.course_id);
