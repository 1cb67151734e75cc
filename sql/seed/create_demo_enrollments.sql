-- name: create_demo_enrollments(emails, slugs)!
-- purpose:  Enroll the demo learners: all in the first course, ever fewer in the others.
-- endpoint: flask seed demo
-- param:    emails text[], the learners, in lower case; the first takes the first course only
-- param:    slugs text[], the demo courses, the most popular first
-- returns:  the number of enrollments made
-- index:    idx_enrollments_user_course
-- budget:   200 ms, once
-- cache:    none
-- drops:    none
-- locks:    the new rows
-- scope:    all-users
with learner as (
    select
        users.id,
        users.created_at,
        demo.number
    from unnest(cast(:emails as text[])) with ordinality as demo (email, number)
    inner join users on demo.email = users.email
),

course as (
    select
        courses.id,
        courses.published_at,
        demo.rank
    from unnest(cast(:slugs as text[])) with ordinality as demo (slug, rank)
    inner join courses on demo.slug = courses.slug
    where courses.published_at is not null
)

insert into enrollments (user_id, course_id, enrolled_at)
select
    learner.id,
    course.id,
    possible.since
    + (now() - possible.since) * (mod(learner.number * 7 + course.rank * 3, 10) / 12.0)
from learner
cross join course
cross join lateral (
    select greatest(learner.created_at, course.published_at) as since
) as possible
where
    course.rank = 1
    -- Arithmetic in place of chance, so that every demo database is the same.
    or (learner.number > 1 and mod(learner.number * 37 + course.rank * 61, 100) < 60 / course.rank)
on conflict on constraint idx_enrollments_user_course do nothing;
