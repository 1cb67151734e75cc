"""/readyz: this instance can serve: the database answers and has every migration."""

import time

import psycopg
import pytest
from conftest import database_url, temporary_database
from problems import assert_problem
from psycopg.conninfo import conninfo_to_dict

from courseapp.migrate import MIGRATIONS


@pytest.fixture
def scratch(server_urls, template_database):
    """The URL of a migrated database that a test may break."""
    with temporary_database(server_urls["DATABASE_URL"], template_database) as url:
        yield url


@pytest.fixture
def ready(make_app, scratch):
    """Ask an app on the scratch database."""
    app = make_app(DATABASE_URL=scratch, DATABASE_POOL_TIMEOUT_SECONDS="1")
    yield lambda: app.test_client().get("/readyz")
    app.extensions["database"].close()


def assert_unavailable(answer):
    assert_problem(answer, "unavailable")
    assert answer.headers["Retry-After"] == "1"


def test_it_answers_ok_when_everything_is_there(ready):
    answer = ready()
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_asks_with_one_statement(recorder):
    with recorder.recording() as seen:
        assert recorder.app.test_client().get("/readyz").status_code == 200
    assert seen.statements == ["health.list_applied_migrations"]
    assert seen.redis_commands == 0


def test_a_pending_migration_is_503_until_it_is_applied(ready, scratch):
    with psycopg.connect(scratch, autocommit=True) as conn:
        row = "select * from _yoyo_migration where migration_id = %s"
        removed = conn.execute(row, [MIGRATIONS[-1]]).fetchone()
        conn.execute("delete from _yoyo_migration where migration_id = %s", [MIGRATIONS[-1]])
        answer = ready()
        assert_unavailable(answer)
        assert answer.json["detail"] == f"Migrations are pending: {MIGRATIONS[-1]}"
        marks = ", ".join(["%s"] * len(removed))
        conn.execute(f"insert into _yoyo_migration values ({marks})", removed)
        assert ready().status_code == 200


def test_a_database_that_was_never_migrated_is_503(make_app, server_urls):
    with temporary_database(server_urls["DATABASE_URL"]) as url:
        app = make_app(DATABASE_URL=url)
        answer = app.test_client().get("/readyz")
        app.extensions["database"].close()
    assert_unavailable(answer)
    assert all(name in answer.json["detail"] for name in MIGRATIONS)


def test_a_newer_database_is_ready_as_while_a_deployment_rolls(ready, scratch):
    with psycopg.connect(scratch, autocommit=True) as conn:
        conn.execute(
            "insert into _yoyo_migration (migration_hash, migration_id, applied_at_utc)"
            " values ('x', '9999_of_the_next_version', now())"
        )
    assert ready().status_code == 200


def test_without_a_database_it_is_503_and_recovers_with_it(ready, scratch, server_urls):
    assert ready().status_code == 200
    name = conninfo_to_dict(scratch)["dbname"]
    postgres = database_url(server_urls["DATABASE_URL"], "postgres")
    with psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute(f"alter database {name} allow_connections false")
        admin.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s",
            [name],
        )
        assert_unavailable(ready())
        started = time.monotonic()
        answer = ready()
        assert_unavailable(answer)
        assert name not in answer.text
        assert time.monotonic() - started < 5
        admin.execute(f"alter database {name} allow_connections true")
        while ready().status_code != 200:
            assert time.monotonic() - started < 20
