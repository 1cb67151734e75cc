"""The load data are as many as asked for, and as uneven as those of real people."""

import pytest
from loaded import ARGUMENTS


@pytest.fixture(scope="module")
def value(loaded):
    return lambda query: loaded.execute(query).fetchone()[0]


@pytest.fixture(scope="module")
def of_learners(loaded):
    """Lessons begun by each learner who has begun any, most first."""
    query = "select count(*) from lesson_progress group by user_id order by 1 desc"
    return [row[0] for row in loaded.execute(query)]


@pytest.fixture(scope="module")
def of_courses(loaded):
    """Learners enrolled in each course, most first."""
    query = "select count(*) from enrollments group by course_id order by 1 desc"
    return [row[0] for row in loaded.execute(query)]


def test_every_number_asked_for_is_exact(value):
    assert value("select count(*) from lesson_progress") == ARGUMENTS["progress"]
    assert value("select count(*) from courses") == ARGUMENTS["courses"]
    assert value("select count(*) from users where role = 'learner'") == ARGUMENTS["users"]


def test_the_heaviest_learners_have_begun_a_thousand_lessons_and_more(of_learners):
    heavy = of_learners[: ARGUMENTS["users"] // 100]
    assert heavy[-1] > 1000
    assert sum(heavy) > 0.15 * ARGUMENTS["progress"]
    assert heavy[-1] > 10 * of_learners[len(of_learners) // 2]


def test_the_heaviest_courses_have_a_fifth_of_the_learners_and_more(of_courses):
    assert of_courses[0] > ARGUMENTS["users"] / 5
    assert of_courses[1] > 5 * of_courses[len(of_courses) // 2]


def test_courses_have_from_8_to_80_lessons_in_modules_of_up_to_8(loaded):
    query = """
        select count(*), count(distinct m.id)
        from modules as m join lessons as l on l.module_id = m.id
        group by m.course_id
    """
    sizes = loaded.execute(query).fetchall()
    assert min(lessons for lessons, _ in sizes) < 12
    assert max(lessons for lessons, _ in sizes) > 70
    assert all(8 <= lessons <= 80 and modules == -(-lessons // 8) for lessons, modules in sizes)


def test_some_courses_and_lessons_are_drafts(value):
    assert value("select count(*) from courses where published_at is null") == 8
    drafts = value("select avg((published_at is null)::int) from lessons")
    assert 0.01 < drafts < 0.05


def test_durations_differ_and_some_lessons_are_texts(value):
    assert value("select count(distinct duration_seconds) from lessons") > 1000
    assert value("select count(*) from lessons where kind = 'text'") > 100


def test_enrollments_go_back_two_years(loaded):
    query = "select date_trunc('quarter', enrolled_at), count(*) from enrollments group by 1"
    quarters = [count for _, count in loaded.execute(query)]
    assert len(quarters) in (8, 9)
    # The first and the last quarter may be short.
    assert sum(count > 1000 for count in quarters) >= 7


def test_some_finish_a_course_and_some_never_begin(value):
    finished = value("select avg((completed_at is not null)::int) from enrollments")
    assert 0.1 < finished < 0.3
    begun = value("""
        select count(*) from (
            select distinct lp.user_id, m.course_id
            from lesson_progress as lp
            join lessons as l on l.id = lp.lesson_id
            join modules as m on m.id = l.module_id
        ) as begun
    """)
    assert 0.7 < begun / value("select count(*) from enrollments") < 0.95


def test_levels_and_streaks_are_spread(value):
    assert value("select count(distinct level) from user_points") >= 10
    assert value("select count(*) from user_streaks where current_streak > 0") > 500
    assert value("select max(longest_streak) from user_streaks") > 30


def test_people_have_names_time_zones_and_sessions(value):
    assert value("select count(distinct full_name) from users") > 1000
    assert value("select count(distinct timezone) from users") >= 5
    live = "select count(*) from sessions where revoked_at is null and expires_at > now()"
    assert value(live) == ARGUMENTS["users"]


def test_every_video_was_uploaded_and_some_are_uploaded_anew(value):
    videos = value("select count(*) from lessons where kind = 'video'")
    ready = "select count(distinct lesson_id) from video_uploads where status = 'ready'"
    assert value(ready) == videos
    waiting = value("select count(*) from video_uploads where status = 'waiting'")
    assert 0.005 < waiting / videos < 0.02
    assert value("select count(*) from mux_events") > videos


def test_big_tables_are_vacuumed_and_analysed(loaded):
    query = """
        select relname from pg_class
        -- Large enough for what other tests have rolled back not to show.
        where relname in ('lesson_progress', 'points_history', 'enrollments')
        and relallvisible > 0.9 * relpages and reltuples > 1000
    """
    assert loaded.execute(query).rowcount == 3
