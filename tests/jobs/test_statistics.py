"""The numbers of courses are counted by the worker, every hour."""

import builders

from courseapp.jobs import defer


def test_the_worker_counts_what_is_an_hour_old(conn, as_user, work):
    instructor = builders.make_user(conn, role="instructor")
    course = builders.make_course(conn, instructor=instructor)
    path = f"/api/v1/courses/{course.id}/statistics"
    defer(conn, "refresh_statistics", timestamp=0)
    work()
    first = as_user(instructor).get(path).json
    assert first["enrolled"] == 0
    builders.enroll(conn, builders.make_user(conn), course)
    defer(conn, "refresh_statistics", timestamp=0)
    work()
    assert as_user(instructor).get(path).json["as_of"] == first["as_of"]
    conn.execute("update course_statistics set as_of = now() - interval '1 hour'")
    defer(conn, "refresh_statistics", timestamp=0)
    work()
    assert as_user(instructor).get(path).json["enrolled"] == 1
