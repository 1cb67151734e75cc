"""What the journey costs the servers."""

import builders


def logged_in(recorder, conn, user):
    client = recorder.app.test_client()
    client.set_cookie("access_token", builders.access_token(recorder.app, conn, user))
    return client


def test_an_ordinary_update_sends_one_statement_and_nothing_to_redis(recorder, conn, learner):
    course = builders.make_course(conn)
    builders.enroll(conn, learner, course)
    client = logged_in(recorder, conn, learner)
    update = {"watched_seconds": 60, "last_position_seconds": 60, "completion_percentage": 20}
    for _ in range(2):
        with recorder.recording() as seen:
            answer = client.post(f"/api/v1/progress/lessons/{course.lesson_ids[0]}", json=update)
        assert answer.status_code == 200
        assert seen.statements == ["progress.record_progress"]
        assert seen.redis_commands == 0
