"""GET /api/v1/gamification/me: what one has earned."""

from datetime import UTC, datetime, time, timedelta

import builders
import pytest
from achievements.earning import attend, complete, make_achievement, unlock
from problems import assert_problem

from courseapp.schemas.gamification import GamificationSchema

ME = "/api/v1/gamification/me"
NOTHING = {
    "total_points": 0,
    "level": 1,
    "level_min_points": 0,
    "next_level_points": 100,
    "level_percentage": 0,
    "current_streak": 0,
    "longest_streak": 0,
    "is_active_today": False,
    "streak_freezes": 0,
    "streak_ends_at": None,
    "achievements_count": 0,
    "achievements": [],
}


@pytest.fixture(autouse=True)
def none_but_the_tests_own(conn):
    """A lesson gives its own points, unless a test is about achievements."""
    conn.execute("update achievements set is_active = false")


def is_unlocked(conn, user, achievement, at):
    unlock(conn, user, achievement)
    conn.execute(
        "update user_achievements set unlocked_at = %s where user_id = %s and achievement_id = %s",
        [at, user.id, achievement.id],
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
    course, client = attend(conn, learner, lesson={"points": 15}), as_user(learner)
    for _ in range(2):
        complete(client, course.lesson_ids[0])
        assert client.get(ME).json["total_points"] == 15
    complete(client, course.lesson_ids[1])
    assert client.get(ME).json["total_points"] == 30


def test_everything_that_a_lesson_has_earned_is_in_it(as_user, conn, learner):
    made = make_achievement(conn, "courses_completed", 1, points=20)
    course = attend(conn, learner, lessons=1, completion_points=50, lesson={"points": 40})
    client = as_user(learner)
    earned = complete(client, course.lesson_ids[0])
    document = client.get(ME).json
    assert document["total_points"] == earned["total_points"] == 110
    assert document["level"] == earned["level"] == 2
    assert document["current_streak"] == earned["current_streak"] == 1
    assert [item["id"] for item in document["achievements"]] == [made.id]
    assert not GamificationSchema().validate(document)


def test_points_make_levels(as_user, conn, learner):
    course, client, seen = attend(conn, learner, lessons=0), as_user(learner), []
    for points in (99, 1, 149, 1):
        complete(client, builders.make_lesson(conn, course, points=points))
        document = client.get(ME).json
        seen.append((document["total_points"], document["level"]))
    assert seen == [(99, 1), (100, 2), (249, 2), (250, 3)]


@pytest.mark.parametrize(
    ("points", "level", "begins", "ends", "percentage"),
    [
        (0, 1, 0, 100, 0),
        (1, 1, 0, 100, 1),
        (99, 1, 0, 100, 99),
        (100, 2, 100, 250, 0),
        (101, 2, 100, 250, 0),
        (102, 2, 100, 250, 1),
        (249, 2, 100, 250, 99),
        (250, 3, 250, 500, 0),
        (32_999, 14, 26_000, 33_000, 99),
        (33_000, 15, 33_000, None, 100),
        (2**31 - 1, 15, 33_000, None, 100),
    ],
)
def test_it_says_how_far_the_next_level_is(
    as_user, conn, learner, points, level, begins, ends, percentage
):
    conn.execute(
        "update user_points set total_points = %s, level = %s where user_id = %s",
        [points, level, learner.id],
    )
    assert as_user(learner).get(ME).json == NOTHING | {
        "total_points": points,
        "level": level,
        "level_min_points": begins,
        "next_level_points": ends,
        "level_percentage": percentage,
    }


def test_who_has_no_row_of_points_is_at_the_beginning(as_user, conn, learner):
    conn.execute("delete from user_points where user_id = %s", [learner.id])
    assert as_user(learner).get(ME).json == NOTHING


def test_the_streak_and_when_it_ends_are_in_it(as_user, conn, learner):
    today = datetime.now(UTC).date()
    conn.execute(
        "update user_streaks set current_streak = 3, longest_streak = 8, freezes = 1,"
        " last_active_on = %s where user_id = %s",
        [today, learner.id],
    )
    document = as_user(learner).get(ME).json
    ends_at = datetime.combine(today + timedelta(3), time(), UTC)
    assert datetime.fromisoformat(document["streak_ends_at"]) == ends_at
    assert document == NOTHING | {
        "current_streak": 3,
        "longest_streak": 8,
        "is_active_today": True,
        "streak_freezes": 1,
        "streak_ends_at": document["streak_ends_at"],
    }


def test_achievements_are_in_it_the_newest_first(as_user, conn, learner):
    made = [make_achievement(conn, "lessons_completed", n) for n in range(4)[1:]]
    days = ("2026-01-02", "2026-01-03", "2026-01-02")
    for achievement, day in zip(made, days, strict=True):
        is_unlocked(conn, learner, achievement, f"{day} 12:00:00+00")
    document = as_user(learner).get(ME).json
    assert document == NOTHING | {
        "achievements_count": 3,
        "achievements": [
            {
                "id": made[n].id,
                "code": made[n].code,
                "title": "A title",
                "description": "A description",
                "icon": "star",
                "points": 5,
                "unlocked_at": f"{days[n]}T12:00:00+00:00",
            }
            for n in (1, 0, 2)
        ],
    }
    assert not GamificationSchema().validate(document)


def test_one_that_is_given_no_more_stays_with_who_has_it(as_user, conn, learner):
    unlock(conn, learner, make_achievement(conn, "lessons_completed", 1, is_active=False))
    assert as_user(learner).get(ME).json["achievements_count"] == 1


def test_who_has_no_streak_row_has_no_streak(as_user, conn, learner):
    conn.execute("delete from user_streaks where user_id = %s", [learner.id])
    assert as_user(learner).get(ME).json == NOTHING


def test_what_others_earn_is_theirs(as_user, conn, learner):
    other = builders.make_user(conn)
    conn.execute("update user_points set total_points = 500 where user_id = %s", [other.id])
    conn.execute("update user_streaks set longest_streak = 5 where user_id = %s", [other.id])
    unlock(conn, other, make_achievement(conn, "lessons_completed", 1))
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
    unlock(conn, learner, make_achievement(conn, "lessons_completed", 1))
    assert client.get(ME, headers=headers).status_code == 200


def test_head_and_options(as_user, client, learner):
    head = as_user(learner).head(ME)
    assert (head.status_code, head.data) == (200, b"")
    options = client.options(ME)
    assert options.status_code == 200
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
