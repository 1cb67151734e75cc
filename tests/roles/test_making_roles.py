"""Who makes the two groups: the migration if it may, else a DBA; on a server of its own."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psycopg
import pytest
from conftest import database_url, temporary_database

from courseapp import migrate
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
