"""Ordinary updates stay heap-only: no index entry is written for what a player sends."""

import time

import builders


def test_ordinary_updates_are_heap_only(make_app, conn, learner):
    course = builders.make_course(conn, lessons=60)
    builders.enroll(conn, learner, course)
    app = make_app()
    client = app.test_client()
    client.set_cookie("access_token", builders.access_token(app, conn, learner))
    for watched in (10, 20, 30):
        for lesson_id in course.lesson_ids:
            update = {
                "watched_seconds": watched,
                "last_position_seconds": watched,
                "completion_percentage": watched,
            }
            answer = client.post(f"/api/v1/progress/lessons/{lesson_id}", json=update)
            assert answer.status_code == 200
    # A server process reports its numbers when it ends.
    app.extensions["database"].close()
    updates = heap_only = 0
    give_up = time.monotonic() + 10
    while updates < 120 and time.monotonic() < give_up:
        time.sleep(0.01)
        updates, heap_only = conn.execute(
            "select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables"
            " where relname = 'lesson_progress'"
        ).fetchone()
    assert updates == 120
    assert heap_only == updates
