-- name: get_case(user_id, heavy_course_ids, course_learners)^
-- purpose:  What a statement about this learner may be given, in the heaviest course they take.
-- endpoint: flask db explain
-- param:    user_id bigint, of list_heavy_learners
-- param:    heavy_course_ids bigint[], of list_heavy_courses
-- param:    course_learners integer, how many of the course's, for what a job does at once
-- returns:  the fields of the class Case of courseapp/explain_sources.py; no row when the
--           learner has no live session, or has finished all they began
-- index:    none
-- budget:   50 ms p95, 10 M progress rows
-- cache:    none
-- drops:    none
-- locks:    none
-- scope:    one-user
with taken as materialized (
    select
        e.id,
        e.course_id,
        e.enrolled_at,
        (extract(epoch from e.enrolled_at) * 1000000)::bigint as micros,
        row_number() over (
            -- By hash in place of chance: the same learner always gets the same case.
            order by
                e.course_id = any(cast(:heavy_course_ids as bigint[])) desc,
                md5(e.user_id::text || e.course_id)
        ) as n,
        row_number() over (order by e.enrolled_at desc) * 2 / count(*) over () as half
    from enrollments as e
    where e.user_id = :user_id
),

published as materialized (
    select
        c.id,
        (extract(epoch from c.published_at) * 1000000)::bigint as micros,
        row_number() over (order by c.published_at desc) * 2 / count(*) over () as half
    from courses as c
    where c.published_at is not null
)

select
    u.id as user_id,
    u.email,
    u.password_hash,
    u.full_name,
    u.timezone,
    u.locale,
    live.id as session_id,
    live.refresh_generation,
    c.id as course_id,
    c.slug as course_slug,
    (
        select i.user_id
        from course_instructors as i
        where i.course_id = c.id
        order by i.is_lead desc
        limit 1
    ) as instructor_id,
    (
        select array_agg(few.user_id order by few.user_id)
        from (
            select e.user_id
            from enrollments as e
            where e.course_id = c.id
            order by e.id desc
            limit :course_learners::integer
        ) as few
    ) as course_learner_ids,
    begun.lesson_id,
    begun.module_id,
    outline.module_ids,
    outline.lesson_ids,
    outline.lesson_module_ids,
    unfinished.course_id as unfinished_course_id,
    unfinished.lesson_id as unfinished_lesson_id,
    -- Every course may be taken already.
    (
        select coalesce(min(p.id), c.id)
        from published as p
        where p.half = 1 and p.id not in (select t.course_id from taken as t)
    ) as untaken_course_id,
    taken.id as enrollment_id,
    enrolled.micros as enrolled_micros,
    enrolled.course_id as enrolled_course_id,
    (
        select percentile_disc(0.5) within group (order by ph.id)
        from points_history as ph
        where ph.user_id = u.id
    ) as ledger_id,
    (
        select max(ph.id)
        from points_history as ph
        where ph.user_id = u.id
    ) as newest_ledger_id,
    -- One that many have.
    (
        select a.id
        from achievements as a
        order by a.threshold, a.id
        limit 1
    ) as achievement_id,
    catalogue.micros as published_micros,
    catalogue.id as published_id,
    (
        select max(draft.id)
        from courses as draft
        where draft.published_at is null
    ) as draft_id,
    waiting.id as upload_id,
    waiting.mux_upload_id,
    issued.id as certificate_id,
    issued.code as certificate_code
from users as u
inner join taken on taken.n = 1
inner join courses as c on taken.course_id = c.id
cross join lateral (
    select
        s.id,
        s.refresh_generation
    from sessions as s
    where s.user_id = u.id and s.revoked_at is null and s.expires_at > now()
    order by s.id desc
    limit 1
) as live
cross join lateral (
    select
        lp.lesson_id,
        (
            select lessons.module_id
            from lessons
            where lessons.id = lp.lesson_id
        ) as module_id
    from lesson_progress as lp
    where
        lp.user_id = u.id
        and lp.lesson_id in (
            select lessons.id
            from modules
            inner join lessons on modules.id = lessons.module_id
            where modules.course_id = c.id
        )
    order by md5(u.id::text || lp.lesson_id)
    limit 1
) as begun
cross join lateral (
    select
        (
            select array_agg(part.id order by part.position)
            from modules as part
            where part.course_id = c.id
        ) as module_ids,
        array_agg(lessons.id order by modules.position, lessons.position) as lesson_ids,
        array_agg(lessons.module_id order by modules.position, lessons.position)
        as lesson_module_ids
    from modules
    inner join lessons on modules.id = lessons.module_id
    where modules.course_id = c.id
) as outline
-- The lesson that completes the course, if there is one with only one left.
cross join lateral (
    select
        t.course_id,
        l.id as lesson_id
    from taken as t
    inner join modules as m on t.course_id = m.course_id
    inner join lessons as l on m.id = l.module_id
    left join lesson_progress as lp on l.id = lp.lesson_id and u.id = lp.user_id
    where l.published_at is not null and lp.is_completed is not true
    order by count(*) over (partition by t.course_id), t.n, l.id
    limit 1
) as unfinished
-- Half of a list lies before its page in the middle.
cross join lateral (
    select
        t.micros,
        t.course_id
    from taken as t
    where t.half = 1
    order by t.enrolled_at desc
    limit 1
) as enrolled
cross join lateral (
    select
        p.micros,
        p.id
    from published as p
    where p.half = 1
    order by p.micros desc
    limit 1
) as catalogue
left join lateral (
    select
        vu.id,
        vu.mux_upload_id
    from video_uploads as vu
    where vu.status = 'waiting'
    order by vu.lesson_id
    limit 1
) as waiting on true
left join lateral (
    select
        ct.id,
        ct.code
    from certificates as ct
    where ct.user_id = u.id
    order by ct.id desc
    limit 1
) as issued on true
where u.id = :user_id;
