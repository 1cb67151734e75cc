"""The load data keeps every rule that the service keeps. Each query counts what breaks one."""

import pytest

PROGRESS_OF_COURSES = """
    select
        e.user_id, e.course_id, e.enrolled_at, e.completed_at,
        count(l.id) as total,
        count(lp.completed_at) as completed,
        min(lp.created_at) as begun_at,
        max(lp.completed_at) as last_at
    from enrollments as e
    join modules as m on m.course_id = e.course_id
    join lessons as l on l.module_id = m.id and l.published_at is not null
    left join lesson_progress as lp on lp.user_id = e.user_id and lp.lesson_id = l.id
    group by e.user_id, e.course_id
"""
WATCHED = """
    select lp.*, l.published_at, l.duration_seconds, m.course_id, c.completion_threshold
    from lesson_progress as lp
    join lessons as l on l.id = lp.lesson_id
    join modules as m on m.id = l.module_id
    join courses as c on c.id = m.course_id
"""
RULES = {
    "progress needs an enrollment": f"""
        select count(*) from ({WATCHED}) as w
        left join enrollments as e using (user_id, course_id)
        where e.user_id is null
    """,
    "only published lessons are watched": f"""
        select count(*) from ({WATCHED}) as w where w.published_at is null
    """,
    "the threshold decides what is completed": f"""
        select count(*) from ({WATCHED}) as w
        where is_completed <> (completion_percentage >= completion_threshold)
        or is_completed <> (completed_at is not null)
    """,
    "nobody has watched more than there is": f"""
        select count(*) from ({WATCHED}) as w
        where greatest(watched_seconds, last_position_seconds) > coalesce(duration_seconds, 0)
    """,
    "times of progress are in order and past": """
        select count(*) from lesson_progress
        where not created_at <= updated_at or updated_at > now()
        or completed_at <> updated_at or sent_at > updated_at
    """,
    "each completed lesson has its entry in the ledger, and no other has": """
        select count(*)
        from (select * from lesson_progress where is_completed) as lp
        full join (select * from points_history where reason = 'lesson_completed') as ph
            on ph.user_id = lp.user_id and ph.source_id = lp.lesson_id
        left join lessons as l on l.id = lp.lesson_id
        where ph.id is null or lp.user_id is null
        or ph.points <> l.points or ph.created_at <> lp.completed_at
    """,
    "a learner's ledger is in the order of time": """
        select count(*) from (
            select
                created_at,
                lag(created_at) over (partition by user_id order by id) as before
            from points_history
        ) as ph
        where created_at < before
    """,
    "totals and levels are those of the ledger": """
        select count(*)
        from users as u
        left join user_points as up on up.user_id = u.id
        left join (select user_id, sum(points) as total from points_history group by 1) as ledger
            on ledger.user_id = u.id
        where up.total_points is distinct from coalesce(ledger.total, 0)
        or up.level <> (
            select max(level) from levels where min_points <= coalesce(ledger.total, 0)
        )
    """,
    "a course is completed when every published lesson is, at that moment": f"""
        select count(*) from ({PROGRESS_OF_COURSES}) as course
        where (completed_at is not null) <> (completed = total)
        or (completed_at is not null and completed_at <> last_at)
    """,
    "nobody watches before they enroll": f"""
        select count(*) from ({PROGRESS_OF_COURSES}) as course where begun_at < enrolled_at
    """,
    "nobody enrolls before they join, or in what was never published": """
        select count(*)
        from enrollments as e
        join users as u on u.id = e.user_id
        join courses as c on c.id = e.course_id
        where e.enrolled_at < u.created_at or e.enrolled_at > now()
        or c.published_at is null or e.enrolled_at < c.published_at
    """,
    "active days are the learner's local days of completing": """
        select count(*)
        from (
            select distinct ph.user_id, (ph.created_at at time zone u.timezone)::date as day
            from points_history as ph
            join users as u on u.id = ph.user_id
            where ph.reason = 'lesson_completed'
        ) as due
        full join user_activity_days as d on d.user_id = due.user_id and d.day = due.day
        where d.user_id is null or due.user_id is null
    """,
    "everybody has a streak, active at last on their last active day": """
        select count(*)
        from users as u
        left join user_streaks as us on us.user_id = u.id
        left join (select user_id, max(day) as day from user_activity_days group by 1) as newest
            on newest.user_id = u.id
        where us.user_id is null or us.last_active_on is distinct from newest.day
        or (us.longest_streak = 0) <> (newest.day is null)
    """,
}


@pytest.mark.parametrize("rule", RULES)
def test_load_data_keep_the_rule(loaded, rule):
    assert loaded.execute(RULES[rule]).fetchone() == (0,)


def test_the_doctor_finds_nothing(small_load, runner):
    answer = runner.invoke(args=["doctor", "invariants"])
    assert answer.exit_code == 0, answer.output
    assert "invariants hold" in answer.output


# What breaks exactly one learner's data; 168 and such are not fixed, so each picks its own.
FAULTS = {
    "progress needs an enrollment": """
        delete from enrollments where (user_id, course_id) in (
            select lp.user_id, m.course_id
            from lesson_progress as lp
            join lessons as l on l.id = lp.lesson_id
            join modules as m on m.id = l.module_id
            limit 1
        )
    """,
    "only published lessons are watched": """
        update lessons set published_at = null
        where id = (select lesson_id from lesson_progress limit 1)
    """,
    "the threshold decides what is completed": """
        update courses set completion_threshold = 100
    """,
    "nobody has watched more than there is": """
        update lessons set duration_seconds = 1
        where duration_seconds > 1 and id in (select lesson_id from lesson_progress)
    """,
    "times of progress are in order and past": """
        update lesson_progress set updated_at = now() + interval '1 day'
        where (user_id, lesson_id) in (select user_id, lesson_id from lesson_progress limit 1)
    """,
    "each completed lesson has its entry in the ledger, and no other has": """
        delete from points_history where id = (select min(id) from points_history)
    """,
    "a learner's ledger is in the order of time": """
        update points_history set created_at = now()
        where (user_id, id) in (
            select user_id, min(id) from points_history group by 1 having count(*) > 1 limit 1
        )
    """,
    "totals and levels are those of the ledger": """
        update user_points set total_points = total_points + 1
        where user_id = (select max(user_id) from user_points)
    """,
    "a course is completed when every published lesson is, at that moment": """
        update enrollments set completed_at = null
        where (user_id, course_id) in (
            select user_id, course_id from enrollments where completed_at is not null limit 1
        )
    """,
    "nobody watches before they enroll": """
        update enrollments set enrolled_at = now()
    """,
    "nobody enrolls before they join, or in what was never published": """
        update courses set published_at = null
        where id = (select course_id from enrollments limit 1)
    """,
    "active days are the learner's local days of completing": """
        delete from user_activity_days
        where (user_id, day) in (select user_id, day from user_activity_days limit 1)
    """,
    "everybody has a streak, active at last on their last active day": """
        update user_streaks set last_active_on = last_active_on - 1
    """,
}


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_rule_is_found(small_load, rule):
    with small_load.transaction(force_rollback=True):
        assert small_load.execute(RULES[rule]).fetchone() == (0,)
        small_load.execute(FAULTS[rule])
        assert small_load.execute(RULES[rule]).fetchone() != (0,)
