"""PostgreSQL accepts every query on the migrated schema, with the types that its header states."""

import re

import psycopg
import pytest
from psycopg.pq import ExecStatus

from courseapp.db import queries
from courseapp.sql_headers import read_headers

HEADERS = read_headers()
# What makes the temporary tables that the other queries of the folder use.
TEMPORARY = {"load": ("create_plan_table", "drop_keys")}


def problem(conn, statement, parameters):
    """What PostgreSQL has against a statement with :names whose types are (name, type)."""
    numbers = {name: f"${n}" for n, (name, _) in enumerate(parameters, 1)}
    text = re.sub(r"%\((\w+)\)s", lambda m: numbers[m[1]], statement).replace("%%", "%")
    oids = []
    for _, type_name in parameters:
        oids.append(conn.execute("select %s::regtype::oid::int", [type_name]).fetchone()[0])
    result = conn.pgconn.prepare(b"", text.encode(), oids)
    if result.status != ExecStatus.COMMAND_OK:
        return result.error_message.decode()
    return None


@pytest.fixture
def with_temporary_tables(conn):
    """Those of a folder, for as long as the test."""

    def make(folder):
        for name in TEMPORARY.get(folder, ()):
            getattr(getattr(queries, folder), name)(conn)

    with conn.transaction(force_rollback=True):
        yield make


@pytest.mark.parametrize("name", HEADERS)
def test_every_query_can_be_prepared(conn, with_temporary_tables, name):
    folder, query = name.split(".")
    with_temporary_tables(folder)
    parameters = [(p.name, p.type) for p in HEADERS[name].parameters]
    assert problem(conn, getattr(getattr(queries, folder), query).sql, parameters) is None


@pytest.mark.parametrize(
    ("statement", "parameters"),
    [
        ("select nickname from users where id = %(user_id)s", [("user_id", "bigint")]),
        ("select id from learners where id = %(user_id)s", [("user_id", "bigint")]),
        ("select id from users where id = %(user_id)s", [("user_id", "text")]),
        ("select id from users where id = any(%(user_ids)s)", [("user_ids", "bigint")]),
        ("select id from users; select 1", []),
        ("insert into users (id) values (1) on conflict (full_name) do nothing", []),
    ],
)
def test_a_query_that_does_not_fit_the_schema_or_its_types_is_caught(conn, statement, parameters):
    assert problem(conn, statement, parameters)


def test_a_type_that_does_not_exist_is_caught(conn):
    with pytest.raises(psycopg.errors.UndefinedObject):
        problem(conn, "select %(a)s", [("a", "number")])
