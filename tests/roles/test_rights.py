"""What both roles may do with each table: whoever makes a table decides it here."""

import pytest

CHANGE, ADD, READ, NOTHING = "select insert update delete", "select insert", "select", ""
ALL, SOME = "all columns", "all columns but "
# Table -> what courseapp_service may, and what courseapp_readonly may read.
RIGHTS = {
    "_yoyo_log": (NOTHING, NOTHING),
    "_yoyo_migration": (READ, ALL),
    "_yoyo_version": (NOTHING, NOTHING),
    "achievements": (CHANGE, ALL),
    "audit_log": (ADD, ALL),
    "certificate_files": (CHANGE, NOTHING),
    "certificates": (CHANGE, ALL),
    "course_instructors": (CHANGE, ALL),
    "course_statistics": (CHANGE, ALL),
    "courses": (CHANGE, ALL),
    "credential_status_lists": (CHANGE, ALL),
    "enrollments": (CHANGE, ALL),
    "leaderboard_entries": (CHANGE, ALL),
    "cache_drops": (CHANGE, ALL),
    "cache_server": (CHANGE, ALL),
    "idempotency_keys": (CHANGE, NOTHING),
    "lesson_progress": (CHANGE, ALL),
    "lesson_statistics": (CHANGE, ALL),
    "lessons": (CHANGE, ALL),
    "levels": (READ, ALL),
    "login_failures": (CHANGE, NOTHING),
    "modules": (CHANGE, ALL),
    "mux_events": (CHANGE, ALL),
    "one_time_tokens": (CHANGE, NOTHING),
    "past_enrollments": (CHANGE, ALL),
    "points_history": (ADD, ALL),
    "procrastinate_events": (CHANGE, ALL),
    "procrastinate_jobs": (CHANGE, ALL),
    "procrastinate_periodic_defers": (CHANGE, ALL),
    "procrastinate_workers": (CHANGE, ALL),
    "sessions": (CHANGE, NOTHING),
    "user_achievements": (CHANGE, ALL),
    "user_activity_days": (CHANGE, ALL),
    "user_points": (CHANGE, ALL),
    "user_streaks": (CHANGE, ALL),
    "users": (CHANGE, SOME + "password_hash"),
    "video_uploads": (CHANGE, ALL),
}


def rights(conn, role):
    """Table -> what the role may do with all of it."""
    return dict(
        conn.execute(
            """
            select c.relname, concat_ws(' ', variadic array(
                select kind from unnest(string_to_array(%s, ' ')) as kind
                where has_table_privilege(%s, c.oid, kind)
            ))
            from pg_class as c
            where c.relkind in ('r', 'p', 'v', 'm', 'f')
                and c.relnamespace = 'public'::regnamespace
            """,
            [CHANGE, role],
        ).fetchall()
    )


def readable(conn, role):
    """Table -> its columns that the role may read, in words."""
    rows = conn.execute(
        """
        select c.relname, bool_or(may.read), string_agg(a.attname, ', ') filter (where not may.read)
        from pg_class as c
        inner join pg_attribute as a on c.oid = a.attrelid and a.attnum > 0 and not attisdropped
        cross join lateral (
            select has_column_privilege(%s, c.oid, a.attnum, 'select')
        ) as may (read)
        where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relnamespace = 'public'::regnamespace
        group by c.relname
        """,
        [role],
    )
    return {
        table: (SOME + hidden if hidden else ALL) if some else NOTHING
        for table, some, hidden in rows
    }


def reality(conn):
    service, readonly = rights(conn, "courseapp_service"), readable(conn, "courseapp_readonly")
    return {table: (service[table], readonly[table]) for table in service}


def test_each_role_has_the_rights_that_were_decided(conn):
    assert reality(conn) == RIGHTS


def test_reading_is_all_that_readonly_may(conn):
    assert set(rights(conn, "courseapp_readonly").values()) == {READ, NOTHING}


@pytest.mark.parametrize(
    ("change", "table", "found"),
    [
        ("create table later (id bigint)", "later", (CHANGE, ALL)),
        ("create view later as select id from users", "later", (CHANGE, ALL)),
        ("grant update on levels to courseapp_service", "levels", ("select update", ALL)),
        ("grant select (id) on sessions to courseapp_readonly", "sessions", (CHANGE, SOME)),
        ("grant select on users to courseapp_readonly", "users", (CHANGE, ALL)),
    ],
)
def test_a_table_or_right_that_nobody_decided_is_caught(conn, change, table, found):
    with conn.transaction(force_rollback=True):
        conn.execute(change)
        service, readonly = reality(conn)[table]
        assert (service, readonly) != RIGHTS.get(table)
        assert (service, readonly[: len(found[1])]) == found
