"""`flask db verify-indexes` finds what is wrong with the indexes of a database."""

import json

import psycopg
import pytest


@pytest.fixture
def conn(migrated_database, connect):
    return connect(migrated_database)


@pytest.fixture
def verify_at(flask_db):
    """Of the database at a URL: the exit code, and of each index its problems and remarks."""

    def verify_at(url):
        result = flask_db(url, "verify-indexes", "--json")
        document = json.loads(result.output)
        assert document["ok"] == (result.exit_code == 0)
        indexes = document["indexes"]
        return result.exit_code, {i["name"]: i["problems"] | i["remarks"] for i in indexes}

    return verify_at


@pytest.fixture
def verify(verify_at, migrated_database):
    return lambda: verify_at(migrated_database)


def test_a_clean_schema_is_right_and_says_what_is_redundant(verify):
    code, indexes = verify()
    assert code == 0
    assert {name for name, said in indexes.items() if "redundant" in said} == {
        "idx_lessons_module_id",
        "idx_enrollments_user_id",
        "idx_lesson_progress_user_id",
        "idx_user_achievements_user_id",
        "idx_points_history_user_id",
    }
    assert indexes["idx_enrollments_user_id"]["redundant"] == (
        "idx_enrollments_user_course can do the same; kept: required by the guide"
    )
    assert indexes["idx_enrollments_user_course"] == {}


def test_the_table_for_people_ends_with_a_verdict(migrated_database, flask_db, conn):
    result = flask_db(migrated_database, "verify-indexes")
    assert result.exit_code == 0
    head, *_, unused, verdict = result.output.splitlines()
    assert head.split() == ["index", "required", "by", "size", "state", "why"]
    assert unused.startswith("unused: no scan since 20")
    assert verdict == "every required index is there and right"
    conn.execute("drop index idx_certificates_code")
    result = flask_db(migrated_database, "verify-indexes")
    assert result.exit_code == 1
    assert result.output.endswith("\n1 to mend\n")


def test_a_dropped_index_is_missing(verify, conn):
    conn.execute("drop index idx_points_history_created_at")
    code, indexes = verify()
    assert code == 1
    assert indexes["idx_points_history_created_at"] == {
        "missing": "needs CREATE INDEX idx_points_history_created_at"
        " ON points_history(created_at DESC)"
    }


@pytest.mark.parametrize(
    ("name", "definition"),
    [
        ("idx_points_history_created_at", "index {} on points_history (created_at)"),
        ("idx_points_history_created_at", "index {} on points_history (created_at desc, points)"),
        ("idx_lessons_module_id", "index {} on lessons using hash (module_id)"),
        ("idx_lessons_module_id", "index {} on lessons (module_id) where is_preview"),
        ("idx_lessons_module_id", "unique index {} on modules (id)"),
        ("idx_courses_published_at_id", "index {} on courses (published_at desc, id desc)"),
        ("idx_courses_published_at_id", "index {} on courses (id) where published_at is not null"),
        (
            "idx_certificates_user_course",
            "index {} on certificates (user_id, course_id) where replaced_at is null",
        ),
    ],
)
def test_another_definition_under_the_name_is_wrong(verify_at, environ, connect, name, definition):
    conn = connect(environ["DATABASE_OWNER_URL"])
    conn.execute(f"drop index {name}")
    conn.execute(f"create {definition.format(name)}")
    code, indexes = verify_at(environ["DATABASE_OWNER_URL"])
    assert code == 1
    assert "wrong definition" in indexes[name]


def test_a_primary_key_with_its_columns_reversed_is_wrong(verify, conn):
    conn.execute(
        "alter table lesson_progress drop constraint idx_lesson_progress_user_lesson;"
        "alter table lesson_progress add constraint idx_lesson_progress_user_lesson"
        " primary key (lesson_id, user_id)"
    )
    code, indexes = verify()
    assert code == 1
    assert (
        "(lesson_id, user_id), needs"
        in (indexes["idx_lesson_progress_user_lesson"]["wrong definition"])
    )


def test_a_plain_unique_index_is_as_good_as_the_primary_key(verify, conn):
    conn.execute(
        "alter table enrollments drop constraint idx_enrollments_user_course;"
        "create unique index idx_enrollments_user_course on enrollments (user_id, course_id)"
    )
    code, indexes = verify()
    assert (code, indexes["idx_enrollments_user_course"]) == (0, {})


@pytest.mark.parametrize("name", ["levels_min_points_key", "idx_of_nobody"])
def test_an_index_whose_building_failed_is_invalid(verify, conn, name):
    conn.execute("alter table levels drop constraint levels_min_points_key")
    if name != "levels_min_points_key":
        conn.execute("create unique index levels_min_points_key on levels (min_points)")
    conn.execute("create table twice as select 1 as n from generate_series(1, 2)")
    table, column = ("levels", "min_points") if name == "levels_min_points_key" else ("twice", "n")
    if table == "levels":
        conn.execute("insert into levels select 99, max(min_points) from levels")
    with pytest.raises(psycopg.errors.UniqueViolation):
        conn.execute(f"create unique index concurrently {name} on {table} ({column})")
    code, indexes = verify()
    assert code == 1
    assert indexes[name] == {
        "invalid": f"its build failed: drop index concurrently {name}, and create it"
    }


def test_an_index_of_nobody_that_another_covers_is_redundant_and_not_kept(verify, conn):
    conn.execute(
        "create index idx_a on certificates (course_id, code);"
        "create index idx_b on certificates (course_id desc);"
        "create index idx_c on certificates (course_id) where revoked_at is null"
    )
    code, indexes = verify()
    assert code == 0
    assert "redundant" in indexes["idx_certificates_course_id"]
    assert not {"idx_a", "idx_b", "idx_c"} & {
        n for n, said in indexes.items() if "redundant" in said
    }
    conn.execute("create index idx_d on certificates (code)")
    assert verify()[1]["idx_d"]["redundant"] == "idx_certificates_code can do the same"


def test_an_index_is_unused_until_it_is_scanned_and_unique_ones_never_are(verify, conn):
    _, indexes = verify()
    unused = {name for name, said in indexes.items() if "unused" in said}
    assert "idx_certificates_code" in unused
    assert not unused & {"users_email_key", "idx_enrollments_user_course", "users_pkey"}
    conn.execute("set enable_seqscan = off; set enable_bitmapscan = off")
    conn.execute("select 1 from certificates where code = 'x'")
    conn.execute("select pg_stat_force_next_flush()")
    _, indexes = verify()
    assert indexes["idx_certificates_code"] == {}
