"""GET /api/v1/achievements: what there is to earn, and what of it one has."""

import builders
import pytest
from achievements.earning import make_achievement, unlock
from problems import assert_problem

from courseapp.schemas.achievements import AchievementListSchema

ACHIEVEMENTS = "/api/v1/achievements"
INACTIVE = {"query_string": {"is_active": "false"}}


@pytest.fixture(autouse=True)
def none_but_the_tests_own(conn):
    conn.execute("delete from user_achievements")
    conn.execute("delete from achievements")


def ids(answer):
    return [item["id"] for item in answer.json["items"]]


def test_without_any_it_is_empty(client):
    answer = client.get(ACHIEVEMENTS)
    assert (answer.status_code, answer.json) == (200, {"items": [], "next_cursor": None})


def test_everybody_sees_what_there_is(client, conn):
    made = make_achievement(
        conn, "lessons_completed", 3, title='Zażółć "gęślą"', description="Complete 3 lessons."
    )
    answer = client.get(ACHIEVEMENTS)
    assert answer.json["items"] == [
        {
            "id": made.id,
            "code": made.code,
            "title": 'Zażółć "gęślą"',
            "description": "Complete 3 lessons.",
            "icon": "star",
            "points": 5,
            "metric": "lessons_completed",
            "threshold": 3,
            "is_active": True,
            "unlocked_at": None,
        }
    ]
    assert not AchievementListSchema().validate(answer.json)


def test_who_has_one_sees_since_when(as_user, conn, learner):
    has, lacks = (make_achievement(conn, "lessons_completed", n) for n in (1, 2))
    unlock(conn, learner, has)
    items = as_user(learner).get(ACHIEVEMENTS).json["items"]
    unlocked_at = {item["id"]: item["unlocked_at"] for item in items}
    assert unlocked_at[has.id] is not None
    assert unlocked_at[lacks.id] is None


def test_what_others_have_does_not_show(as_user, client, conn, learner):
    unlock(conn, builders.make_user(conn), make_achievement(conn, "lessons_completed", 1))
    for caller in (client, as_user(learner)):
        (item,) = caller.get(ACHIEVEMENTS).json["items"]
        assert item["unlocked_at"] is None


def test_each_is_in_it_once_however_many_have_it(as_user, conn, learner):
    made = make_achievement(conn, "lessons_completed", 1)
    for user in (learner, builders.make_user(conn), builders.make_user(conn)):
        unlock(conn, user, made)
    assert ids(as_user(learner).get(ACHIEVEMENTS)) == [made.id]


def test_those_of_a_metric_stand_together_the_easy_ones_first(client, conn):
    made = {
        (metric, threshold): make_achievement(conn, metric, threshold).id
        for metric, threshold in [
            ("total_points", 9),
            ("total_points", 10),
            ("active_days", 50),
            ("lessons_completed", 10),
            ("lessons_completed", 2),
        ]
    }
    again = make_achievement(conn, "total_points", 10).id
    assert ids(client.get(ACHIEVEMENTS)) == [made[rule] for rule in sorted(made)] + [again]


def test_there_is_one_page(client, conn):
    for threshold in range(1, 121):
        make_achievement(conn, "lessons_completed", threshold)
    answer = client.get(ACHIEVEMENTS)
    assert len(answer.json["items"]) == 120
    assert answer.json["next_cursor"] is None


def test_inactive_ones_are_not_in_it(client, as_user, conn, learner):
    make_achievement(conn, "lessons_completed", 1, is_active=False)
    active = make_achievement(conn, "lessons_completed", 2)
    for caller in (client, as_user(learner), as_user(builders.make_user(conn, "admin"))):
        assert ids(caller.get(ACHIEVEMENTS)) == [active.id]


def test_admins_see_the_inactive_ones_alone(as_user, conn):
    inactive = make_achievement(conn, "lessons_completed", 1, is_active=False)
    make_achievement(conn, "lessons_completed", 2)
    answer = as_user(builders.make_user(conn, "admin")).get(ACHIEVEMENTS, **INACTIVE)
    assert ids(answer) == [inactive.id]
    assert answer.json["items"][0]["is_active"] is False
    assert not AchievementListSchema().validate(answer.json)


def test_nobody_else_sees_the_inactive_ones(client, as_user, conn):
    assert_problem(client.get(ACHIEVEMENTS, **INACTIVE), "unauthenticated")
    for role in ("learner", "instructor"):
        answer = as_user(builders.make_user(conn, role)).get(ACHIEVEMENTS, **INACTIVE)
        assert_problem(answer, "forbidden")


@pytest.mark.parametrize("value", ["true", "True", "1"])
def test_everybody_may_say_that_they_want_the_active_ones(client, conn, value):
    active = make_achievement(conn, "lessons_completed", 1)
    assert ids(client.get(ACHIEVEMENTS, query_string={"is_active": value})) == [active.id]


@pytest.mark.parametrize("value", ["", "no", "t", "null", "2", "-1", " true", "0.0", "FALSE"])
def test_what_is_neither_true_nor_false_is_refused(client, value):
    answer = client.get(ACHIEVEMENTS, query_string={"is_active": value})
    assert_problem(answer, "invalid", "is_active")


def test_a_shared_cache_may_keep_what_everybody_sees(client, conn):
    make_achievement(conn, "lessons_completed", 1)
    answer = client.get(ACHIEVEMENTS)
    cache = "public, max-age=0, s-maxage=10, must-revalidate"
    assert answer.headers["Cache-Control"] == cache
    assert {"Cookie", "Authorization"} <= set(answer.vary)
    headers = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(ACHIEVEMENTS, headers=headers).status_code == 304


def test_what_one_has_is_kept_by_ones_browser_alone_which_asks_again(as_user, conn, learner):
    made, client = make_achievement(conn, "lessons_completed", 1), as_user(learner)
    answer = client.get(ACHIEVEMENTS)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    headers = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(ACHIEVEMENTS, headers=headers).status_code == 304
    unlock(conn, learner, made)
    assert client.get(ACHIEVEMENTS, headers=headers).status_code == 200


def test_whose_session_has_ended_sees_what_the_anonymous_see(as_user, conn, learner):
    made, client = make_achievement(conn, "lessons_completed", 1), as_user(learner)
    unlock(conn, learner, made)
    conn.execute("delete from sessions where user_id = %s", [learner.id])
    (item,) = client.get(ACHIEVEMENTS).json["items"]
    assert item["unlocked_at"] is None
    assert_problem(client.get(ACHIEVEMENTS, **INACTIVE), "unauthenticated")


def test_head_and_options(client):
    head = client.head(ACHIEVEMENTS)
    assert (head.status_code, head.data) == (200, b"")
    options = client.options(ACHIEVEMENTS)
    assert options.status_code == 200
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
