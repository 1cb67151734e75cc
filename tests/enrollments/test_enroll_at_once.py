"""200 enrollments at the same moment, at four workers."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import builders
import psycopg
import pytest

AT_ONCE = 200


@pytest.fixture(scope="module")
def workers(make_app):
    """Four apps with a pool each, as four gunicorn workers have."""
    apps = [make_app(DATABASE_POOL_SIZE="10", DATABASE_POOL_TIMEOUT_SECONDS="30") for _ in range(4)]
    for app in apps:
        app.extensions["database"].open()
        app.extensions["database"].pool.wait()
    return apps


@pytest.fixture(scope="module", autouse=True)
def no_deadlock(environ, workers):
    """PostgreSQL has seen no deadlock when all is done."""
    yield
    for app in workers:
        # A connection reports its last numbers when it ends.
        app.extensions["database"].close()
    with psycopg.connect(environ["DATABASE_URL"]) as conn:
        assert conn.execute(
            "select deadlocks from pg_stat_database where datname = current_database()"
        ).fetchone() == (0,)


def at_once(workers, requests):
    """Send the requests, (method, path, token) each, in one moment; the answers."""
    answers = [None] * len(requests)
    barrier = threading.Barrier(len(requests))

    def send(n, method, path, token):
        client = workers[n % len(workers)].test_client()
        client.set_cookie("access_token", token)
        barrier.wait()
        answers[n] = client.open(path, method=method)

    threads = [threading.Thread(target=send, args=(n, *r)) for n, r in enumerate(requests)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def path(course):
    return f"/api/v1/courses/{course.id}/enroll"


def test_200_learners_are_all_enrolled(workers, conn):
    course = builders.make_course(conn)
    users = [builders.make_user(conn) for _ in range(AT_ONCE)]
    tokens = [builders.access_token(workers[0], conn, user) for user in users]
    answers = at_once(workers, [("POST", path(course), token) for token in tokens])
    assert Counter(answer.status_code for answer in answers) == {201: AT_ONCE}
    rows = conn.execute("select id, user_id from enrollments where course_id = %s", [course.id])
    enrolled = dict(rows.fetchall())
    assert sorted(enrolled.values()) == sorted(user.id for user in users)
    assert [enrolled[answer.json["id"]] for answer in answers] == [user.id for user in users]


def test_one_learner_is_enrolled_once_however_often_they_click(workers, conn, learner):
    course = builders.make_course(conn)
    token = builders.access_token(workers[0], conn, learner)
    answers = at_once(workers, [("POST", path(course), token)] * AT_ONCE)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: AT_ONCE - 1}
    rows = conn.execute("select id from enrollments where course_id = %s", [course.id]).fetchall()
    assert len(rows) == 1
    assert {answer.json["id"] for answer in answers} == {rows[0][0]}
    assert len({answer.data for answer in answers}) == 1


@pytest.mark.parametrize(("end", "status"), [("commit", 200), ("rollback", 201)])
def test_the_second_waits_for_how_the_first_ends(environ, workers, conn, learner, end, status):
    course = builders.make_course(conn)
    token = builders.access_token(workers[0], conn, learner)
    with (
        psycopg.connect(environ["DATABASE_URL"]) as first,
        ThreadPoolExecutor() as executor,
    ):
        builders.enroll(first, learner, course)
        second = executor.submit(at_once, workers, [("POST", path(course), token)])
        while not conn.execute(
            "select true from pg_stat_activity where wait_event_type = 'Lock'"
            " and query like '%enrollments.enroll_user%' and datname = current_database()"
        ).fetchone():
            assert not second.done()
        getattr(first, end)()
        (answer,) = second.result()
    assert answer.status_code == status
    rows = conn.execute("select id from enrollments where user_id = %s", [learner.id]).fetchall()
    assert rows == [(answer.json["id"],)]


def test_coming_and_leaving_at_once_fails_for_nobody(workers, conn, learner):
    course = builders.make_course(conn)
    token = builders.access_token(workers[0], conn, learner)
    answers = at_once(workers, [(m, path(course), token) for m in ("POST", "DELETE") * 50])
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[204] == 50
    assert statuses[201] + statuses[200] == 50
    rows = conn.execute("select count(*) from enrollments where course_id = %s", [course.id])
    assert rows.fetchone()[0] in (0, 1)


def test_learners_of_several_courses_do_not_block_each_other(workers, conn):
    courses = [builders.make_course(conn) for _ in range(4)]
    users = [builders.make_user(conn) for _ in range(20)]
    tokens = [builders.access_token(workers[0], conn, user) for user in users]
    # Each learner takes the courses in another order.
    requests = [
        ("POST", path(courses[(n + step) % 4]), token)
        for step in range(4)
        for n, token in enumerate(tokens)
    ]
    answers = at_once(workers, requests)
    assert Counter(answer.status_code for answer in answers) == {201: 80}
