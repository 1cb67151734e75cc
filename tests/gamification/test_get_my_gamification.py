"""GET /api/v1/gamification/me: what one has earned."""

import builders
from problems import assert_problem

from courseapp.schemas.gamification import GamificationSchema

ME = "/api/v1/gamification/me"
NOTHING = {
    "total_points": 0,
    "level": 1,
    "current_streak": 0,
    "longest_streak": 0,
    "achievements_count": 0,
}


def complete(client, lesson_id):
    update = {"watched_seconds": 300, "last_position_seconds": 300, "completion_percentage": 100}
    assert client.post(f"/api/v1/progress/lessons/{lesson_id}", json=update).status_code == 200


def unlock(conn, user, *codes):
    for code in codes:
        conn.execute(
            "with achievement as ("
            " insert into achievements (code, title, description, metric, threshold)"
            " values (%s, 'A title', '', 'lessons', 1)"
            " on conflict on constraint achievements_code_key do update set title = 'A title'"
            " returning id) insert into user_achievements (user_id, achievement_id)"
            " select %s, id from achievement",
            [code, user.id],
        )


def test_at_first_it_is_nothing(as_user, learner):
    answer = as_user(learner).get(ME)
    assert (answer.status_code, answer.json) == (200, NOTHING)
    assert not GamificationSchema().validate(answer.json)


def test_who_registered_just_now_has_nothing(client):
    account = {"email": "new@example.com", "password": "password123", "full_name": "New"}
    assert client.post("/api/v1/auth/register", json=account).status_code == 201
    credentials = {"email": "new@example.com", "password": "password123"}
    assert client.post("/api/v1/auth/login", json=credentials).status_code == 200
    assert client.get(ME).json == NOTHING


def test_a_completed_lesson_gives_its_points_once(as_user, conn, learner):
    course = builders.make_course(conn, lesson={"points": 15})
    builders.enroll(conn, learner, course)
    client = as_user(learner)
    for _ in range(2):
        complete(client, course.lesson_ids[0])
        assert client.get(ME).json["total_points"] == 15
    complete(client, course.lesson_ids[1])
    assert client.get(ME).json["total_points"] == 30


def test_points_make_levels(as_user, conn, learner):
    course = builders.make_course(conn, lessons=0)
    for points in (99, 1, 149, 1):
        builders.make_lesson(conn, course, points=points)
    builders.enroll(conn, learner, course)
    client, seen = as_user(learner), []
    for lesson_id in course.lesson_ids:
        complete(client, lesson_id)
        document = client.get(ME).json
        seen.append((document["total_points"], document["level"]))
    assert seen == [(99, 1), (100, 2), (249, 2), (250, 3)]


def test_streaks_and_achievements_are_in_it(as_user, conn, learner):
    conn.execute(
        "update user_streaks set current_streak = 3, longest_streak = 8 where user_id = %s",
        [learner.id],
    )
    unlock(conn, learner, "first_lesson", "first_course")
    assert as_user(learner).get(ME).json == NOTHING | {
        "current_streak": 3,
        "longest_streak": 8,
        "achievements_count": 2,
    }


def test_who_has_no_streak_row_has_no_streak(as_user, conn, learner):
    conn.execute("delete from user_streaks where user_id = %s", [learner.id])
    assert as_user(learner).get(ME).json == NOTHING


def test_what_others_earn_is_theirs(as_user, conn, learner):
    other = builders.make_user(conn)
    conn.execute("update user_points set total_points = 500 where user_id = %s", [other.id])
    conn.execute("update user_streaks set longest_streak = 5 where user_id = %s", [other.id])
    unlock(conn, other, "first_lesson")
    assert as_user(learner).get(ME).json == NOTHING


def test_the_anonymous_are_401(client):
    assert_problem(client.get(ME), "unauthenticated")


def test_the_callers_browser_keeps_it_and_asks_again(as_user, conn, learner):
    client = as_user(learner)
    answer = client.get(ME)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    headers = {"If-None-Match": answer.headers["ETag"]}
    again = client.get(ME, headers=headers)
    assert (again.status_code, again.data) == (304, b"")
    unlock(conn, learner, "first_lesson")
    assert client.get(ME, headers=headers).status_code == 200


def test_head_and_options(as_user, client, learner):
    head = as_user(learner).head(ME)
    assert (head.status_code, head.data) == (200, b"")
    options = client.options(ME)
    assert options.status_code == 200
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
