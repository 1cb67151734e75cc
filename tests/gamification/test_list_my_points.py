"""GET /api/v1/gamification/me/history: where one's points came from."""

import builders
import pytest
from achievements.earning import attend, complete, make_achievement
from pages import NO_LIMITS, no_cursors, walk
from problems import assert_problem

from courseapp.schemas.gamification import PointsHistorySchema

HISTORY = "/api/v1/gamification/me/history"


def award(conn, user, source_id, points=10, reason="lesson_completed", note=None):
    return conn.execute(
        "insert into points_history (user_id, points, reason, source_id, note, created_at)"
        " values (%s, %s, %s, %s, %s, '2026-03-01 12:00:00+00') returning id",
        [user.id, points, reason, source_id, note],
    ).fetchone()[0]


def test_it_is_empty_at_first(as_user, learner):
    answer = as_user(learner).get(HISTORY)
    assert (answer.status_code, answer.json) == (200, {"items": [], "next_cursor": None})


def test_every_award_and_correction_is_in_it(as_user, conn, learner):
    lesson = award(conn, learner, 7)
    correction = award(conn, learner, 1, -5, "correction", 'Zażółć "gęślą"')
    answer = as_user(learner).get(HISTORY)
    assert answer.json == {
        "items": [
            {
                "id": correction,
                "points": -5,
                "reason": "correction",
                "source_id": 1,
                "title": None,
                "note": 'Zażółć "gęślą"',
                "created_at": "2026-03-01T12:00:00+00:00",
            },
            {
                "id": lesson,
                "points": 10,
                "reason": "lesson_completed",
                "source_id": 7,
                "title": None,
                "note": None,
                "created_at": "2026-03-01T12:00:00+00:00",
            },
        ],
        "next_cursor": None,
    }
    assert not PointsHistorySchema().validate(answer.json)


def test_what_a_lesson_has_earned_is_in_it_once(as_user, conn, learner):
    conn.execute("update achievements set is_active = false")
    made = make_achievement(conn, "courses_completed", 1, points=5)
    course = attend(conn, learner, lessons=1, completion_points=50, lesson={"points": 15})
    client, lesson_id = as_user(learner), course.lesson_ids[0]
    for _ in range(2):
        complete(client, lesson_id)
    document = client.get(HISTORY).json
    names = ("reason", "points", "source_id", "note")
    assert [tuple(item[name] for name in names) for item in document["items"]] == [
        ("achievement_unlocked", 5, made.id, None),
        ("course_completed", 50, course.id, None),
        ("lesson_completed", 15, lesson_id, None),
    ]
    assert not PointsHistorySchema().validate(document)


def test_each_entry_has_the_title_of_what_it_is_for(as_user, conn, learner):
    course = builders.make_course(conn, lesson={"title": "Żółw"}, title="SQL")
    achievement_id = conn.execute("select min(id) from achievements").fetchone()[0]
    award(conn, learner, course.lesson_ids[0])
    award(conn, learner, course.id, reason="course_completed")
    award(conn, learner, achievement_id, reason="achievement_unlocked")
    items = as_user(learner).get(HISTORY).json["items"]
    assert [item["title"] for item in items] == ["First steps", "SQL", "Żółw"]


def test_what_others_earn_is_theirs(as_user, conn, learner):
    other = builders.make_user(conn)
    award(conn, other, 7)
    mine = award(conn, learner, 7)
    theirs = award(conn, other, 8)
    client = as_user(learner)
    assert [item["id"] for item in client.get(HISTORY).json["items"]] == [mine]
    answer = client.get(HISTORY, query_string={"cursor": f"p{theirs + 1}"})
    assert [item["id"] for item in answer.json["items"]] == [mine]


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6, 100])
def test_paging_meets_every_entry_once_the_newest_first(as_user, conn, learner, limit):
    made = [award(conn, learner, source_id) for source_id in range(1, 6)]
    pages = list(walk(as_user(learner), HISTORY, limit))
    assert [item["id"] for page in pages for item in page] == made[::-1]
    assert all(len(page) == limit for page in pages[:-1])


def test_an_award_made_meanwhile_moves_no_other(as_user, conn, learner):
    made, seen = [award(conn, learner, source_id) for source_id in range(1, 5)], []
    for page in walk(as_user(learner), HISTORY, 2):
        seen += [item["id"] for item in page]
        award(conn, learner, 100 + len(seen))
    assert seen == made[::-1]


def test_a_page_has_20_entries_unless_asked_and_100_at_most(as_user, conn, learner):
    for source_id in range(101):
        award(conn, learner, source_id)
    client = as_user(learner)
    assert len(client.get(HISTORY).json["items"]) == 20
    assert [len(page) for page in walk(client, HISTORY, 100)] == [100, 1]


@pytest.mark.parametrize("limit", NO_LIMITS)
def test_other_limits_are_refused(as_user, learner, limit):
    answer = as_user(learner).get(HISTORY, query_string={"limit": limit})
    assert_problem(answer, "invalid", "limit")


@pytest.mark.parametrize("cursor", [*no_cursors("p"), "p1_2", "p1" + "0" * 18, "d1"], ids=ascii)
def test_what_is_no_cursor_is_refused(as_user, learner, cursor):
    answer = as_user(learner).get(HISTORY, query_string={"cursor": cursor})
    assert_problem(answer, "invalid", "cursor")


def test_the_ends_of_what_a_cursor_can_say_are_no_failure(as_user, conn, learner):
    mine, client = award(conn, learner, 1), as_user(learner)
    for cursor, ids in (("p0", []), ("p" + "9" * 18, [mine])):
        answer = client.get(HISTORY, query_string={"cursor": cursor})
        assert [item["id"] for item in answer.json["items"]] == ids


def test_the_anonymous_are_401(client):
    assert_problem(client.get(HISTORY), "unauthenticated")


def test_the_callers_browser_keeps_it_and_asks_again(as_user, conn, learner):
    client = as_user(learner)
    answer = client.get(HISTORY)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    headers = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(HISTORY, headers=headers).status_code == 304
    award(conn, learner, 1)
    assert client.get(HISTORY, headers=headers).status_code == 200


def test_head_and_options(as_user, client, learner):
    head = as_user(learner).head(HISTORY)
    assert (head.status_code, head.data) == (200, b"")
    options = client.options(HISTORY)
    assert options.status_code == 200
    assert set(options.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
