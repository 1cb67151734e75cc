"""Who makes the two groups: the migration if it may, else a DBA; on a server of its own."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psycopg
import pytest
from conftest import database_url, temporary_database
from loaded import SMALL, load
from psycopg.conninfo import conninfo_to_dict

from courseapp import create_app, migrate
from courseapp.devservers import Servers

FORK = multiprocessing.get_context("fork")
GROUPS = ("courseapp_service", "courseapp_readonly")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The URL of a PostgreSQL server on which nobody has migrated anything."""
    servers = Servers(Path(tmp_path_factory.mktemp("roles")), durable=False)
    try:
        servers.start("DATABASE_URL")
        yield servers.urls["DATABASE_URL"]
    finally:
        servers.stop()


@pytest.fixture
def admin(server):
    """A connection as superuser to a server without the groups."""
    with psycopg.connect(server, autocommit=True) as conn:
        conn.execute(f"drop role if exists {', '.join(GROUPS)}, plain_owner")
        yield conn


@pytest.fixture
def owned_database(server, admin):
    """A database of a role that may not make roles."""
    admin.execute("create role plain_owner login")
    with temporary_database(server) as url:
        name = url.partition("dbname=")[2].partition("&")[0]
        admin.execute(f"alter database {name} owner to plain_owner")
        yield database_url(url, name, user="plain_owner")


def groups(admin):
    """The groups that exist, and whether somebody can log in as one."""
    found = admin.execute(
        "select rolname, rolcanlogin from pg_roles where rolname = any(%s)", [[*GROUPS]]
    )
    return dict(found)


def arrange(barrier):
    global together
    together = barrier


def upgrade_together(url):
    together.wait(timeout=10)
    return migrate.upgrade(url, say=str)


def test_databases_of_one_server_that_migrate_at_once_share_the_groups(server, admin):
    count = 4
    barrier = FORK.Barrier(count)
    with (
        temporary_database(server) as a,
        temporary_database(server) as b,
        temporary_database(server) as c,
        temporary_database(server) as d,
        ProcessPoolExecutor(count, FORK, arrange, (barrier,)) as pool,
    ):
        done = list(pool.map(upgrade_together, [a, b, c, d], timeout=30))
    assert done == [list(migrate.MIGRATIONS)] * count
    assert groups(admin) == dict.fromkeys(GROUPS, False)


def test_one_that_is_making_them_is_waited_for(server, admin):
    with temporary_database(server) as url, psycopg.connect(server) as other:
        for group in GROUPS:
            other.execute(f"create role {group}")
        with ProcessPoolExecutor(1, FORK) as pool:
            upgrade = pool.submit(migrate.upgrade, url, say=str)
            waiting = "select true from pg_stat_activity where wait_event_type = 'Lock'"
            while not admin.execute(waiting).fetchone():
                assert not upgrade.done()
            other.commit()
            assert upgrade.result(timeout=10) == list(migrate.MIGRATIONS)


def test_an_owner_who_may_not_is_told_what_to_ask_for(owned_database, admin):
    with pytest.raises(migrate.MigrationError) as failure:
        migrate.upgrade(owned_database, say=str)
    message = failure.value.message
    assert message.startswith("0006_roles.sql failed: plain_owner may not create roles.")
    request = message.partition("whole server: ")[2].partition("\n")[0]
    assert groups(admin) == {}
    admin.execute(request)
    assert groups(admin) == dict.fromkeys(GROUPS, False)
    assert migrate.upgrade(owned_database, say=str)[0] == "0006_roles"


def may_make(conn):
    """Who of the groups may create tables, and who temporary ones."""
    found = conn.execute(
        "select role, has_schema_privilege(role, 'public', 'create'),"
        " has_database_privilege(role, current_database(), 'temporary')"
        " from unnest(%s::text[]) as role",
        [[*GROUPS]],
    ).fetchall()
    return [{role for role, *may in found if may[place]} for place in (0, 1)]


def test_what_everybody_might_make_the_groups_may_not(server, admin):
    with temporary_database(server) as url, psycopg.connect(url, autocommit=True) as conn:
        # As in a cluster upgraded from PostgreSQL 14.
        conn.execute("grant create on schema public to public")
        migrate.upgrade(url, say=str)
        assert may_make(conn) == [set(), set()]
        since = migrate.MIGRATIONS.index("0013_roles_make_nothing")
        migrate.rollback(url, migrate.MIGRATIONS[since:][::-1], say=str)
        assert may_make(conn) == [set(), {*GROUPS}]
        migrate.upgrade(url, say=str)
        assert may_make(conn) == [set(), set()]


def test_an_owner_who_may_not_take_that_back_is_told_what_to_ask_for(owned_database, admin):
    url = database_url(owned_database, conninfo_to_dict(owned_database)["dbname"], user="courseapp")
    with psycopg.connect(url, autocommit=True) as dba:
        # As in a cluster upgraded from PostgreSQL 14.
        dba.execute("alter schema public owner to courseapp")
        dba.execute("grant create on schema public to public")
        for group in GROUPS:
            dba.execute(f"create role {group}")
        with pytest.raises(migrate.MigrationError) as failure:
            migrate.upgrade(owned_database, say=str)
        message = failure.value.message
        start = "0013_roles_make_nothing.sql failed: courseapp_service may still create tables"
        assert message.startswith(start)
        assert may_make(dba)[0] == {*GROUPS}
        dba.execute(message.partition("in this database: ")[2].partition("\n")[0])
        assert migrate.upgrade(owned_database, say=str)[0] == "0013_roles_make_nothing"
        assert may_make(dba) == [set(), set()]
    # Its owner can still do everything.
    migrate.rollback(owned_database, migrate.MIGRATIONS[::-1], say=str)
    migrate.upgrade(owned_database, say=str)


def test_an_owner_who_is_no_superuser_can_load_data(owned_database, admin):
    for group in GROUPS:
        admin.execute(f"create role {group}")
    migrate.upgrade(owned_database, say=str)
    app = create_app(
        {
            "APP_ENV": "development",
            "DATABASE_URL": owned_database,
            "REDIS_URL": "redis://127.0.0.1:1",
            "SECRET_KEYS": "x" * 32,
        }
    )
    answer = load(app, **SMALL)
    assert answer.exit_code == 0, answer.output


def test_a_rollback_takes_the_rights_and_leaves_the_groups(server, admin):
    with temporary_database(server) as url, psycopg.connect(url, autocommit=True) as conn:
        migrate.upgrade(url, say=str)
        later = migrate.MIGRATIONS[migrate.MIGRATIONS.index("0006_roles") :]
        migrate.rollback(url, later[::-1], say=str)
        rights = conn.execute(
            "select count(*) from pg_class, aclexplode(relacl) as acl"
            " where acl.grantee::regrole::text = any(%s)",
            [[*GROUPS]],
        )
        assert rights.fetchone() == (0,)
        assert conn.execute("select count(*) from pg_default_acl").fetchone() == (0,)
        assert groups(admin) == dict.fromkeys(GROUPS, False)
        migrate.upgrade(url, say=str)
