"""PostgreSQL accepts every query on the migrated schema, with the types that its header states."""

import re

import psycopg
import pytest
from psycopg.pq import DiagnosticField, ExecStatus

from courseapp.db import queries
from courseapp.sql_headers import read_headers

HEADERS = read_headers()
# What makes the temporary tables that the other queries of the folder use.
TEMPORARY = {"load": ("create_plan_table", "drop_keys")}


# (parameter, stated, inferred) -> why a header states another type than PostgreSQL infers.
STATED = {
    ("limit", "integer", "bigint"): "LIMIT takes more rows than a page has",
    ("learners", "integer", "bigint"): "LIMIT takes more rows than there are learners",
    ("refresh_seconds", "integer", "double precision"): "make_interval takes parts of seconds",
    ("progress", "integer", "numeric"): "it is compared with a sum",
    ("batch_rows", "integer", "bigint"): "a sum is divided by it",
}
# It has to be told: nothing decides it, or two uses decide it differently.
UNDECIDED = ("42P18", "42P08")


def prepare(conn, statement, parameters):
    """PostgreSQL's answer to a statement with :names whose types are (name, type or None)."""
    numbers = {name: f"${n}" for n, (name, _) in enumerate(parameters, 1)}
    text = re.sub(r"%\((\w+)\)s", lambda m: numbers[m[1]], statement).replace("%%", "%")
    oids = []
    for _, type_name in parameters:
        query = "select coalesce(%s::regtype::oid::int, 0)"
        oids.append(conn.execute(query, [type_name]).fetchone()[0])
    return conn.pgconn.prepare(b"", text.encode(), oids)


def problem(conn, statement, parameters):
    """What PostgreSQL has against such a statement."""
    result = prepare(conn, statement, parameters)
    if result.status != ExecStatus.COMMAND_OK:
        return result.error_message.decode()
    return None


def misstated(conn, statement, parameters):
    """The (name, stated, inferred) of which PostgreSQL by itself would take another type."""
    found = []
    for place, (name, stated) in enumerate(parameters):
        left_open = [(n, None if n == name else t) for n, t in parameters]
        with conn.transaction(force_rollback=True):
            result = prepare(conn, statement, left_open)
            described = conn.pgconn.describe_prepared(b"")
        if result.status != ExecStatus.COMMAND_OK:
            sqlstate = result.error_field(DiagnosticField.SQLSTATE).decode()
            assert sqlstate in UNDECIDED, result.error_message.decode()
            continue
        oid = described.param_type(place)
        query = "select %s::oid::regtype::text, %s::regtype::text"
        inferred, stated_in_full = conn.execute(query, [oid, stated]).fetchone()
        if inferred != stated_in_full:
            found.append((name, stated, inferred))
    return found


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
    statement = getattr(getattr(queries, folder), query).sql
    assert problem(conn, statement, parameters) is None
    assert [wrong for wrong in misstated(conn, statement, parameters) if wrong not in STATED] == []


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


@pytest.mark.parametrize("stated", ["integer", "smallint", "numeric"])
def test_a_type_that_fits_and_is_not_that_of_the_column_is_caught(conn, stated):
    statement = "select id from users where id = %(user_id)s and role = %(role)s"
    parameters = [("user_id", stated), ("role", "text")]
    assert problem(conn, statement, parameters) is None
    assert misstated(conn, statement, parameters) == [("user_id", stated, "bigint")]


def test_a_type_that_does_not_exist_is_caught(conn):
    with pytest.raises(psycopg.errors.UndefinedObject):
        problem(conn, "select %(a)s", [("a", "number")])
