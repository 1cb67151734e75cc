"""A database that is gone, and one that comes back."""

import time
from concurrent.futures import ThreadPoolExecutor

import builders
import psycopg
import pytest
from problems import assert_problem
from psycopg.conninfo import conninfo_to_dict

LOGIN, ME = "/api/v1/auth/login", "/api/v1/auth/me"


@pytest.fixture(scope="module")
def unreachable(make_app):
    """An app whose database is not there."""
    return make_app(
        DATABASE_URL="postgresql://courseapp@/courseapp?host=/nonexistent",
        DATABASE_POOL_TIMEOUT_SECONDS="1",
    )


def test_what_needs_the_database_is_503_within_seconds(unreachable):
    token = {"Authorization": "Bearer " + unreachable.extensions["tokens"].sign("access", 1, 1, 60)}
    calls = [
        lambda: unreachable.test_client().get("/readyz"),
        lambda: unreachable.test_client().get(ME, headers=token),
        lambda: unreachable.test_client().post(LOGIN, json={"email": "a@b.org", "password": "x"}),
    ]
    started = time.monotonic()
    with ThreadPoolExecutor(len(calls)) as threads:
        answers = list(threads.map(lambda call: call(), calls))
    assert 0.9 < time.monotonic() - started < 4
    for answer in answers:
        assert_problem(answer, "unavailable")
        assert answer.headers["Retry-After"] == "1"


def test_what_needs_no_database_goes_on(unreachable):
    client = unreachable.test_client()
    assert client.get("/livez").status_code == 200
    assert client.get("/api/v1/openapi.json").status_code == 200
    assert client.get(ME).status_code == 401
    assert client.post(LOGIN, json={}).status_code == 422


@pytest.fixture
def database(environ, server_urls):
    """Lets nobody connect to the module's database and ends the app's connections; or undoes it."""
    name = conninfo_to_dict(environ["DATABASE_URL"])["dbname"]
    with psycopg.connect(server_urls["DATABASE_URL"], autocommit=True) as admin:

        def switch(on):
            admin.execute(f"alter database {name} allow_connections {on}")
            if not on:
                admin.execute(
                    "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
                    " where datname = %s and application_name = 'courseapp'",
                    [name],
                )

        yield switch
        switch(True)


def test_the_app_recovers_by_itself_when_the_database_comes_back(make_app, conn, database):
    app = make_app(DATABASE_POOL_TIMEOUT_SECONDS="1")
    client = app.test_client()
    user = builders.make_user(conn)
    client.set_cookie("access_token", builders.access_token(app, conn, user))
    assert client.get(ME).status_code == 200
    database(False)
    for _ in range(5):
        assert_problem(client.get(ME), "unavailable")
    database(True)
    deadline = time.monotonic() + 20
    while (answer := client.get(ME)).status_code != 200 and time.monotonic() < deadline:
        assert_problem(answer, "unavailable")
    assert [client.get(ME).status_code for _ in range(10)] == [200] * 10


def test_after_a_restart_one_request_fails_not_one_a_connection(make_app, conn, database):
    app = make_app()
    client = app.test_client()
    client.set_cookie("access_token", builders.access_token(app, conn, builders.make_user(conn)))
    assert client.get(ME).status_code == 200
    app.extensions["database"].pool.wait()
    database(False)
    database(True)
    assert_problem(client.get(ME), "unavailable")
    assert [client.get(ME).status_code for _ in range(10)] == [200] * 10
