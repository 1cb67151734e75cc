"""Counting is in nobody's way, and runs at the same time share the work."""

import time

import builders
import psycopg
import pytest
from achievements.earning import FINISH, at_once
from watching import take, watch

from courseapp.db import queries
from courseapp.statistics import Refreshed, refresh

UPDATE = {"watched_seconds": 30, "last_position_seconds": 30, "completion_percentage": 10}


def test_what_another_run_is_counting_is_left_to_it(said, connect, conn, course, as_of):
    said()
    before = as_of()
    with connect() as other:
        moment = other.execute("select now()").fetchone()[0]
        claim = {"before": moment, "after_id": 0, "course_id": course.id}
        with other.transaction():
            assert queries.statistics.claim_course(other, **claim) == course.id
            elsewhere = "Another run was counting 1 more."
            assert said() == [f"Counted {len(before) - 1} courses", elsewhere]
            assert said("--course", str(course.id)) == ["Counted 0 courses", elsewhere]
            queries.statistics.refresh_course(other, course_id=course.id)
    after = as_of()
    assert all(after[course_id] > before[course_id] for course_id in before)


def test_runs_at_the_same_time_share_the_work(connect, conn):
    for _ in range(20):
        course = builders.make_course(conn)
        watch(conn, take(conn, course), course.lesson_ids[0])
    total = conn.execute("select count(*) from courses").fetchone()[0]
    conns = [connect() for _ in range(3)]
    done = at_once(*(lambda conn=each: refresh(conn) for each in conns))
    for each in conns:
        each.close()
    # Somebody may begin when another is done with the first ones, and count them once more.
    assert total <= sum(one.courses for one in done) <= 3 * total
    assert conn.execute(
        "select count(*) from course_statistics where as_of is null"
    ).fetchone() == (0,)


def test_a_run_that_is_cut_off_has_done_what_it_has_done(connect, conn, as_of, monkeypatch):
    courses = [builders.make_course(conn) for _ in range(3)]
    count = queries.statistics.refresh_course

    def until_the_second(conn, course_id):
        if course_id == courses[1].id:
            raise KeyboardInterrupt
        return count(conn, course_id=course_id)

    with connect() as own:
        refresh(own)
        before = as_of()
        monkeypatch.setattr(queries.statistics, "refresh_course", until_the_second)
        with pytest.raises(KeyboardInterrupt):
            refresh(own)
        after = as_of()
        assert after[courses[0].id] > before[courses[0].id]
        assert after[courses[1].id] == before[courses[1].id]
        monkeypatch.undo()
        assert refresh(own) == Refreshed(len(after), 0)


def test_nobody_waits_while_a_course_is_being_counted(connect, conn, course, as_user, instructor):
    """Learners watch, enroll and leave, authors edit, and staff reads the numbers as they were."""
    user, newcomer = take(conn, course), builders.make_user(conn)
    with connect() as own:
        refresh(own, course_id=course.id)
        moment = own.execute("select now()").fetchone()[0]
        with own.transaction():
            queries.statistics.claim_course(own, before=moment, after_id=0, course_id=course.id)
            queries.statistics.refresh_course(own, course_id=course.id)
            started = time.monotonic()
            lesson = f"/api/v1/progress/lessons/{course.lesson_ids[0]}"
            enroll = f"/api/v1/courses/{course.id}/enroll"
            assert as_user(user).post(lesson, json=UPDATE).status_code == 200
            assert as_user(user).post(lesson, json=FINISH).status_code == 200
            assert as_user(newcomer).post(enroll).status_code == 201
            assert as_user(user).delete(enroll).status_code == 204
            conn.execute("update lessons set title = 'New' where id = %s", [course.lesson_ids[0]])
            conn.execute("update courses set published_at = null where id = %s", [course.id])
            path = f"/api/v1/courses/{course.id}/statistics"
            assert as_user(instructor).get(path).json["enrolled"] == 1
            assert time.monotonic() - started < 1


def test_a_lesson_that_is_being_deleted_is_not_waited_for(connect, conn, course, stored):
    with connect() as own, connect() as author:
        refresh(own, course_id=course.id)
        with author.transaction():
            author.execute("delete from lessons where id = %s", [course.lesson_ids[2]])
            started = time.monotonic()
            assert refresh(own, course_id=course.id) == Refreshed(1, 0)
            assert time.monotonic() - started < 1
    assert len(stored(course)[1]) == 2


def test_it_may_take_longer_than_other_statements(connect, conn, course):
    with connect() as own:
        own.execute("set statement_timeout = '1ms'")
        with own.transaction():
            queries.statistics.allow_minutes(own)
            own.execute("select pg_sleep(0.01)")
        with pytest.raises(psycopg.errors.QueryCanceled):
            own.execute("select pg_sleep(0.1)")
