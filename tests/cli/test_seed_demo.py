"""`flask seed demo`."""

import hashlib
import time

import pytest
from psycopg import sql

from courseapp.passwords import verify_password

TABLES = (
    "users",
    "user_points",
    "user_streaks",
    "courses",
    "course_instructors",
    "modules",
    "lessons",
    "enrollments",
    "lesson_progress",
    "points_history",
    "achievements",
    "audit_log",
)


@pytest.fixture(scope="module", autouse=True)
def seeded(app):
    """The database holds the demo data when the first test of this module begins."""
    return app.test_cli_runner().invoke(args=["seed", "demo"])


def rows(conn, query, *params):
    return conn.execute(query, params).fetchall()


def value(conn, query, *params):
    return conn.execute(query, params).fetchone()[0]


def contents(conn):
    """A digest of every row of every table that the command writes."""
    digest = hashlib.sha256()
    for table in TABLES:
        query = sql.SQL("select t::text from {} as t order by 1").format(sql.Identifier(table))
        digest.update(repr((table, conn.execute(query).fetchall())).encode())
    return digest.hexdigest()


def test_says_what_it_added_and_how_to_log_in(seeded):
    assert seeded.exit_code == 0, seeded.output
    added, logins = seeded.output.splitlines()
    assert added.startswith("Demo data added: courses 14, ")
    assert "accounts 103" in added
    assert all(
        word in logins for word in ("password123", "test@example.com", "learner100@example.com")
    )


def test_at_least_12_courses_in_english_and_polish(conn):
    languages = dict(rows(conn, "select language, count(*) from courses group by 1"))
    assert set(languages) == {"en", "pl"}
    assert sum(languages.values()) >= 12
    assert min(languages.values()) >= 5


def test_each_course_has_modules_and_at_least_three_video_lessons(conn):
    counts = rows(
        conn,
        """
        select c.slug, count(distinct m.id), count(*) filter (where l.kind = 'video')
        from courses as c
        left join modules as m on c.id = m.course_id
        left join lessons as l on m.id = l.module_id and l.published_at is not null
        group by c.slug
        """,
    )
    assert [row for row in counts if not (2 <= row[1] <= 4 and row[2] >= 3)] == []


def test_videos_last_180_to_1500_seconds_and_can_be_played(conn):
    videos = rows(
        conn, "select duration_seconds, mux_playback_id from lessons where kind = 'video'"
    )
    assert all(180 <= duration <= 1500 for duration, _ in videos)
    assert len({playback_id for _, playback_id in videos if len(playback_id) >= 40}) == len(videos)


def test_every_lesson_of_the_first_course_is_a_video_of_at_least_300_seconds(conn):
    slug, shortest, kinds = rows(
        conn,
        """
        select c.slug, min(coalesce(l.duration_seconds, 0)), array_agg(distinct l.kind)
        from courses as c
        inner join modules as m on c.id = m.course_id
        inner join lessons as l on m.id = l.module_id
        group by c.id
        order by c.id
        limit 1
        """,
    )[0]
    assert slug == "python-from-zero"
    assert shortest >= 300
    assert kinds == ["video"]


def test_text_lessons_have_a_body_and_some_lessons_are_free_previews(conn):
    assert value(conn, "select count(*) from lessons where kind = 'text'") >= 3
    assert value(conn, "select count(*) from lessons where kind = 'text' and body = ''") == 0
    previews = value(conn, "select count(*) from lessons where is_preview")
    assert 3 <= previews < value(conn, "select count(*) from lessons") / 4


def test_a_few_courses_are_a_year_old_and_exactly_one_is_unpublished(conn):
    assert value(conn, "select count(*) from courses where published_at is null") == 1
    year_old = "select count(*) from courses where published_at < now() - interval '365 days'"
    assert 2 <= value(conn, year_old) <= 5
    recent = "select count(*) from courses where published_at > now() - interval '3 months'"
    assert value(conn, recent) >= 3


def test_accounts_have_their_roles_and_log_in_with_the_password(conn):
    people = {
        email: (role, password_hash)
        for email, role, password_hash in rows(conn, "select email, role, password_hash from users")
    }
    learners = [f"learner{n:03d}@example.com" for n in range(1, 101)]
    staff = {"instructor@example.com": "instructor", "admin@example.com": "admin"}
    expected = dict.fromkeys(["test@example.com", *learners], "learner") | staff
    assert {email: role for email, (role, _) in people.items()} == expected
    (password_hash,) = {password_hash for _, password_hash in people.values()}
    assert verify_password("password123", password_hash)


def test_accounts_differ_in_locale_and_time_zone(conn):
    assert value(conn, "select count(distinct locale) from users") >= 4
    assert value(conn, "select count(distinct timezone) from users") >= 5
    assert value(conn, "select count(distinct full_name) from users") == 103


def test_every_account_has_points_and_streak_rows(conn):
    everybody = rows(conn, "select id from users order by 1")
    assert rows(conn, "select user_id from user_points order by 1") == everybody
    assert rows(conn, "select user_id from user_streaks order by 1") == everybody


def test_the_instructor_leads_every_course(conn):
    leads = rows(
        conn,
        """
        select u.email, count(*)
        from course_instructors as i
        inner join users as u on i.user_id = u.id
        where i.is_lead
        group by u.email
        """,
    )
    assert leads == [("instructor@example.com", value(conn, "select count(*) from courses"))]


def test_every_learner_takes_the_first_course_and_fewer_take_the_others(conn):
    counts = [
        count
        for (count,) in rows(
            conn,
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


def test_the_test_account_takes_one_course(conn):
    slugs = rows(
        conn,
        """
        select c.slug
        from enrollments as e
        inner join users as u on e.user_id = u.id
        inner join courses as c on e.course_id = c.id
        where u.email = 'test@example.com'
        """,
    )
    assert slugs == [("python-from-zero",)]


def test_nobody_enrolled_in_a_draft_or_before_joining_or_publication(conn):
    wrong = """
        select count(*)
        from enrollments as e
        inner join users as u on e.user_id = u.id
        inner join courses as c on e.course_id = c.id
        where (e.enrolled_at between greatest(u.created_at, c.published_at) and now()) is not true
    """
    assert value(conn, wrong) == 0


def test_some_learners_have_progress_but_not_in_the_first_course(conn):
    assert value(conn, "select count(distinct user_id) from lesson_progress") >= 10
    assert value(conn, "select count(*) from lesson_progress where not is_completed") > 0
    in_first_course = """
        select count(*)
        from lesson_progress as p
        inner join lessons as l on p.lesson_id = l.id
        inner join modules as m on l.module_id = m.id
        inner join courses as c on m.course_id = c.id
        where c.slug = 'python-from-zero'
    """
    assert value(conn, in_first_course) == 0


def test_progress_lies_within_the_lesson_and_after_the_enrollment(conn):
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
    assert value(conn, wrong) == 0


def test_every_completed_lesson_has_its_points_once_and_nothing_else_has(conn):
    completed = rows(
        conn,
        """
        select p.user_id, 'lesson_completed', l.id, l.points
        from lesson_progress as p
        inner join lessons as l on p.lesson_id = l.id
        where p.is_completed
        order by 1, 3
        """,
    )
    ledger = "select user_id, reason, source_id, points from points_history order by 1, 3"
    assert completed
    assert rows(conn, ledger) == completed


def test_totals_and_levels_follow_the_ledger(conn):
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
    assert value(conn, wrong) == 0


def test_a_course_is_completed_only_by_finishing_its_published_lessons(conn):
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
    assert value(conn, wrong) == 0


def test_achievements_stay_empty(conn):
    assert value(conn, "select count(*) from achievements") == 0


def test_running_it_again_changes_nothing(conn, runner):
    before = contents(conn)
    result = runner.invoke(args=["seed", "demo"])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("The demo data is there already.\n")
    assert contents(conn) == before


def test_if_empty_is_quiet_and_fast_when_there_is_an_account(conn, runner):
    before = contents(conn)
    started = time.perf_counter()
    result = runner.invoke(args=["seed", "demo", "--if-empty"])
    assert time.perf_counter() - started < 0.5
    assert (result.exit_code, result.output) == (0, "")
    assert contents(conn) == before


@pytest.mark.parametrize("arguments", [[], ["--if-empty"]])
def test_production_is_refused(app, conn, runner, monkeypatch, arguments):
    before = contents(conn)
    monkeypatch.setitem(app.config, "APP_ENV", "production")
    result = runner.invoke(args=["seed", "demo", *arguments])
    assert result.exit_code == 1
    assert "refused in production" in result.output
    assert contents(conn) == before


def test_what_people_did_meanwhile_stays_and_what_is_missing_comes_back(conn, runner):
    conn.execute("update courses set title = 'Edited' where slug = 'git-in-practice'")
    conn.execute("update users set full_name = 'Renamed' where email = 'test@example.com'")
    conn.execute(
        """
        delete from enrollments
        using users
        where enrollments.user_id = users.id and users.email = 'test@example.com'
        """
    )
    result = runner.invoke(args=["seed", "demo"])
    assert result.output.startswith("Demo data added: enrollments 1.\n")
    assert value(conn, "select title from courses where slug = 'git-in-practice'") == "Edited"
    name = value(conn, "select full_name from users where email = 'test@example.com'")
    assert name == "Renamed"


def test_everything_is_one_transaction(app, conn, runner, monkeypatch):
    conn.execute("truncate users, courses restart identity cascade")

    def fail(*_args, **_kwargs):
        raise RuntimeError("the power went out")

    monkeypatch.setattr("courseapp.cli.seed.queries.seed.update_demo_totals", fail)
    assert runner.invoke(args=["seed", "demo"]).exit_code == 1
    assert value(conn, "select count(*) from users") == 0
    assert value(conn, "select count(*) from courses") == 0


def test_if_empty_fills_an_empty_database_in_under_three_seconds(conn, runner):
    conn.execute("truncate users, courses restart identity cascade")
    started = time.perf_counter()
    result = runner.invoke(args=["seed", "demo", "--if-empty"])
    assert time.perf_counter() - started < 3
    assert result.exit_code == 0, result.output
    assert value(conn, "select count(*) from users") == 103
