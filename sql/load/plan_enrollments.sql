-- name: plan_enrollments(progress, batch_rows)!
-- purpose:  Decide who takes which courses and how far, so that the lessons begun add up exactly.
-- endpoint: flask seed load
-- param:    progress integer, lessons begun by all learners together
-- param:    batch_rows integer, lessons begun in one batch of create_progress
-- returns:  the number of enrollments planned; their lessons are fewer than `progress` when so many
--           do not fit
-- index:    users_email_key
-- budget:   20 s, once, 100 k users
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    all-users
-- Activity and popularity fall off as 1/rank, with a constant that flattens the very top:
-- the busiest 1 % of learners do a quarter of all lessons, the five most popular of 500
-- courses have 20 to 30 % of all learners each.
with course as materialized (
    select
        courses.id,
        row_number() over (order by random()) as popularity,
        count(*) over () as courses,
        published.lessons
    from courses
    cross join lateral (
        select count(*)::integer as lessons
        from modules
        inner join lessons on modules.id = lessons.module_id
        where modules.course_id = courses.id and lessons.published_at is not null
    ) as published
    where courses.slug like 'load-____' and courses.published_at is not null
),

shares as materialized (
    select
        -- At what part of all enrollments each course ends, the most popular first.
        array_agg(ends.at / ends.total order by ends.popularity) as ends_at,
        avg(ends.lessons) as average_lessons
    from (
        select
            popularity,
            lessons,
            sum(1 / (popularity + 0.01 * courses)::float8) over (order by popularity) as at,
            sum(1 / (popularity + 0.01 * courses)::float8) over () as total
        from course
    ) as ends
),

learner as materialized (
    select
        ranked.id,
        ranked.joined_at,
        ranked.last_seen_at,
        ranked.rank <= 0.01 * ranked.learners as is_heavy,
        1 / (ranked.rank + 0.003 * ranked.learners)::float8 as activity
    from (
        select
            users.id,
            users.created_at as joined_at,
            now() - (now() - users.created_at) * power(random(), 4) as last_seen_at,
            count(*) over () as learners,
            -- Who joined long ago has had the time to do much.
            row_number() over (order by (now() - users.created_at) * (0.5 + random()) desc) as rank
        from users
        where users.email like 'load______@example.com'
    ) as ranked
),

-- Half of the lessons of the courses taken will be begun, and a learner may draw a course twice.
drawn as materialized (
    select
        learner.id as user_id,
        1 + width_bucket(random(), shares.ends_at) as popularity
    from learner
    cross join shares
    cross join lateral generate_series(
        1,
        ceil(
            :progress / (0.4 * shares.average_lessons) * 1.3
            * learner.activity / (select sum(l.activity) from learner as l)
        )::integer
    )
),

taken as materialized (
    select
        learner.*,
        course.id as course_id,
        course.lessons,
        -- One in six goes to the end, and more of those who do much.
        least(1.0, 1.25 * power(random(), case when learner.is_heavy then 0.4 else 1.3 end))
        * course.lessons as wanted,
        random() as luck
    from (
        select distinct
            drawn.user_id,
            drawn.popularity
        from drawn
    ) as pair
    inner join course on pair.popularity = course.popularity
    inner join learner on pair.user_id = learner.id
),

-- Enough for a seventh more than was asked for.
scaled as (
    select
        taken.*,
        least(
            taken.lessons,
            ceil(taken.wanted * greatest(1, 1.15 * :progress / sum(taken.wanted) over ()))
        )::integer as begun
    from taken
),

-- By lot: the first begin, the next have enrolled and not begun yet, the others never come.
lots as (
    select
        scaled.*,
        sum(scaled.begun) over (
            order by scaled.luck, scaled.id, scaled.course_id rows unbounded preceding
        ) - scaled.begun as before
    from scaled
),

-- One course after the other, each in a time that fits its lessons.
timed as (
    select
        one.*,
        one.joined_at + one.seen * (one.so_far / one.in_all) as last_watched_at,
        -- Two lessons a week to four a day, unless that takes too long.
        least(one.seen / one.in_all, interval '1 day' / (0.25 + 4 * random())) as step
    from (
        select
            cut.*,
            cut.last_seen_at - cut.joined_at as seen,
            sum(cut.n + 1::float8) over (
                partition by cut.id order by cut.luck rows unbounded preceding
            ) as so_far,
            sum(cut.n + 1::float8) over (partition by cut.id) as in_all
        from (
            select
                lots.*,
                greatest(0, least(lots.begun, :progress - lots.before))::integer as n
            from lots
            where lots.before < 1.15 * :progress
        ) as cut
    ) as one
)

insert into load_plan (
    batch, user_id, course_id, lessons, is_whole, skipped, enrolled_at, last_watched_at, step
)
select
    (sum(timed.n) over (order by timed.last_watched_at - timed.step * timed.n) / :batch_rows),
    timed.id,
    timed.course_id,
    timed.n,
    timed.n = timed.lessons,
    case when random() < 0.1 then 1 + floor(random() * timed.n) end,
    timed.last_watched_at - timed.step * timed.n,
    timed.last_watched_at,
    timed.step
from timed;
