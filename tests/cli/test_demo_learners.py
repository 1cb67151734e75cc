"""The accounts of `flask seed demo` and what they have done."""

import pytest

from courseapp.passwords import verify_password

pytestmark = pytest.mark.usefixtures("seeded")


def test_accounts_have_their_roles_and_log_in_with_the_password(rows):
    people = {
        email: (role, password_hash)
        for email, role, password_hash in rows("select email, role, password_hash from users")
    }
    learners = [f"learner{n:03d}@example.com" for n in range(1, 101)]
    staff = {"instructor@example.com": "instructor", "admin@example.com": "admin"}
    expected = dict.fromkeys(["test@example.com", *learners], "learner") | staff
    assert {email: role for email, (role, _) in people.items()} == expected
    (password_hash,) = {password_hash for _, password_hash in people.values()}
    assert verify_password("password123", password_hash)


def test_accounts_differ_in_locale_and_time_zone(value):
    assert value("select count(distinct locale) from users") >= 4
    assert value("select count(distinct timezone) from users") >= 5
    assert value("select count(distinct full_name) from users") == 103


def test_every_account_has_points_and_streak_rows(rows):
    everybody = rows("select id from users order by 1")
    assert rows("select user_id from user_points order by 1") == everybody
    assert rows("select user_id from user_streaks order by 1") == everybody


def test_every_learner_takes_the_first_course_and_fewer_take_the_others(rows):
    counts = [
        count
        for (count,) in rows(
            """
            select count(e.user_id)
            from courses as c
            left join enrollments as e on c.id = e.course_id
            where c.published_at is not null
            group by c.id
            order by c.id
            """,
        )
    ]
    assert counts[0] == 101
    assert counts[0] > counts[1] > counts[-1] > 0


def test_the_test_account_takes_one_course(rows):
    slugs = rows(
        """
        select c.slug
        from enrollments as e
        inner join users as u on e.user_id = u.id
        inner join courses as c on e.course_id = c.id
        where u.email = 'test@example.com'
        """,
    )
    assert slugs == [("python-from-zero",)]


def test_nobody_enrolled_in_a_draft_or_before_joining_or_publication(value):
    wrong = """
        select count(*)
        from enrollments as e
        inner join users as u on e.user_id = u.id
        inner join courses as c on e.course_id = c.id
        where (e.enrolled_at between greatest(u.created_at, c.published_at) and now()) is not true
    """
    assert value(wrong) == 0


def test_some_learners_have_progress_but_not_in_the_first_course(value):
    assert value("select count(distinct user_id) from lesson_progress") >= 10
    assert value("select count(*) from lesson_progress where not is_completed") > 0
    in_first_course = """
        select count(*)
        from lesson_progress as p
        inner join lessons as l on p.lesson_id = l.id
        inner join modules as m on l.module_id = m.id
        inner join courses as c on m.course_id = c.id
        where c.slug = 'python-from-zero'
    """
    assert value(in_first_course) == 0


def test_progress_lies_within_the_lesson_and_after_the_enrollment(value):
    wrong = """
        select count(*)
        from lesson_progress as p
        inner join lessons as l on p.lesson_id = l.id
        inner join modules as m on l.module_id = m.id
        inner join courses as c on m.course_id = c.id
        left join enrollments as e on p.user_id = e.user_id and c.id = e.course_id
        where
            e.user_id is null
            or l.published_at is null
            or (p.updated_at between e.enrolled_at and now()) is not true
            or p.throttle_at > now()
            or p.last_position_seconds > coalesce(l.duration_seconds, 0)
            or p.watched_seconds > coalesce(l.duration_seconds, 0)
            or p.is_completed != (p.completion_percentage >= c.completion_threshold)
    """
    assert value(wrong) == 0


def test_every_completed_lesson_has_its_points_once_and_nothing_else_has(rows):
    completed = rows(
        """
        select p.user_id, 'lesson_completed', l.id, l.points
        from lesson_progress as p
        inner join lessons as l on p.lesson_id = l.id
        where p.is_completed
        order by 1, 3
        """,
    )
    ledger = (
        "select user_id, reason, source_id, points from points_history"
        " where reason = 'lesson_completed' order by 1, 3"
    )
    assert completed
    assert rows(ledger) == completed


def test_the_doctor_finds_nothing(runner):
    answer = runner.invoke(args=["doctor", "invariants"])
    assert answer.exit_code == 0, answer.output


def test_totals_and_levels_follow_the_ledger(value):
    wrong = """
        select count(*)
        from user_points as p
        cross join lateral (
            select coalesce(sum(h.points), 0) as total
            from points_history as h
            where h.user_id = p.user_id
        ) as ledger
        where
            p.total_points != ledger.total
            or p.level != (select max(v.level) from levels as v where v.min_points <= ledger.total)
    """
    assert value(wrong) == 0


def test_a_course_is_completed_only_by_finishing_its_published_lessons(value):
    wrong = """
        select count(*)
        from enrollments as e
        where
            (e.completed_at is not null) != not exists (
                select
                from modules as m
                inner join lessons as l on m.id = l.module_id and l.published_at is not null
                left join lesson_progress as p on l.id = p.lesson_id and p.user_id = e.user_id
                where m.course_id = e.course_id and p.is_completed is not true
            )
    """
    assert value(wrong) == 0
