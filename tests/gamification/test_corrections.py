"""POST /api/v1/gamification/users/<id>/corrections: an admin gives points or takes some, once."""

from functools import partial

import builders
import pytest
from achievements.earning import (
    assert_it_adds_up,
    at_once,
    attend,
    complete,
    crowded,
    ledger,
)
from conftest import anonymous
from problems import assert_problem

from courseapp.schemas.gamification import PointsEntrySchema

NOTE = "The lesson's quiz was broken"


@pytest.fixture(scope="module", autouse=True)
def without_achievements(conn):
    """The corrections alone; tests/achievements has what they earn."""
    conn.execute("update achievements set is_active = false")


@pytest.fixture(scope="module")
def busy_app(make_app, conn):
    with crowded(make_app, conn) as app:
        yield app


@pytest.fixture
def admin(conn):
    return builders.make_user(conn, "admin")


@pytest.fixture
def correct(as_user, admin):
    """Correct the points of a user: correct(user, 10, correction_id=1, note=…)."""
    client = as_user(admin)

    def call(user, points=10, correction_id=1, **more):
        body = {"correction_id": correction_id, "points": points, "note": NOTE} | more
        return client.post(path(user), json=body)

    return call


@pytest.fixture
def correct_at_once(busy_app, conn, admin):
    """Send corrections, (user, correction_id, points) each, at the same moment; the statuses."""

    def call(*corrections):
        token = builders.access_token(busy_app, conn, admin)
        calls = []
        for user, correction_id, points in corrections:
            client = anonymous(busy_app)
            client.set_cookie("access_token", token)
            body = {"correction_id": correction_id, "points": points, "note": NOTE}
            calls.append(partial(client.post, path(user), json=body))
        return sorted(answer.status_code for answer in at_once(*calls))

    return call


@pytest.fixture
def audited(conn):
    """What the audit log says of a user's points: (actor, details)."""
    return lambda user: conn.execute(
        "select actor_id, details from audit_log where action = 'points_corrected'"
        " and target_type = 'user' and target_id = %s order by id",
        [user.id],
    ).fetchall()


def path(user):
    return f"/api/v1/gamification/users/{user.id}/corrections"


def test_the_first_time_is_201_and_in_the_learners_history(as_user, correct, learner):
    answer = correct(learner, 25, 7, note='Zażółć "gęślą"')
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json == {
        "id": answer.json["id"],
        "points": 25,
        "reason": "correction",
        "source_id": 7,
        "title": None,
        "note": 'Zażółć "gęślą"',
        "created_at": answer.json["created_at"],
    }
    assert not PointsEntrySchema().validate(answer.json)
    history = as_user(learner).get("/api/v1/gamification/me/history").json
    assert history["items"] == [answer.json]


def test_and_every_other_time_is_200_with_the_same_entry(conn, correct, learner):
    first = correct(learner, 25)
    row = "select xmin from user_points where user_id = %s"
    before = conn.execute(row, [learner.id]).fetchone()
    for _ in range(2):
        again = correct(learner, 25)
        assert (again.status_code, again.json) == (200, first.json)
    assert ledger(conn, learner) == [("correction", 25, 1)]
    assert conn.execute(row, [learner.id]).fetchone() == before


def test_another_admin_may_repeat_it(as_user, conn, correct, learner, audited, admin):
    first = correct(learner)
    other = as_user(builders.make_user(conn, "admin"))
    body = {"correction_id": 1, "points": 10, "note": NOTE}
    again = other.post(path(learner), json=body)
    assert (again.status_code, again.json) == (200, first.json)
    assert [actor_id for actor_id, _ in audited(learner)] == [admin.id]


@pytest.mark.parametrize("more", [{"points": 11}, {"points": -10}, {"note": "Another reason"}])
def test_the_same_number_for_something_else_is_409(conn, correct, learner, audited, more):
    correct(learner)
    before = ledger(conn, learner), audited(learner)
    assert_problem(correct(learner, **more), "conflict")
    assert (ledger(conn, learner), audited(learner)) == before
    assert_it_adds_up(conn, learner, 10)


def test_the_same_number_of_another_learner_is_another_correction(conn, correct, learner):
    other = builders.make_user(conn)
    assert correct(learner, 10).status_code == correct(other, 20).status_code == 201
    assert_it_adds_up(conn, learner, 10)
    assert_it_adds_up(conn, other, 20)


def test_corrections_add_up_with_what_was_earned(as_user, conn, correct, learner):
    course, client = attend(conn, learner, lesson={"points": 60}), as_user(learner)
    complete(client, course.lesson_ids[0])
    correct(learner, 40, 1)
    correct(learner, -5, 2)
    assert complete(client, course.lesson_ids[1])["total_points"] == 155
    assert_it_adds_up(conn, learner, 155)


@pytest.mark.parametrize(
    ("points", "level"), [(99, 1), (100, 2), (1500, 6), (33_000, 15), (1_000_000, 15)]
)
def test_the_level_follows_up_and_down(as_user, conn, correct, learner, points, level):
    correct(learner, points, 1)
    client = as_user(learner)
    assert client.get("/api/v1/gamification/me").json["level"] == level
    assert_it_adds_up(conn, learner, points)
    correct(learner, -points, 2)
    document = client.get("/api/v1/gamification/me").json
    assert (document["total_points"], document["level"]) == (0, 1)
    assert_it_adds_up(conn, learner, 0)


def test_a_level_that_was_lost_is_new_again(as_user, conn, correct, learner):
    course, client = attend(conn, learner, lesson={"points": 100}), as_user(learner)
    assert complete(client, course.lesson_ids[0])["is_new_level"]
    correct(learner, -50)
    earned = complete(client, course.lesson_ids[1])
    assert (earned["total_points"], earned["level"], earned["is_new_level"]) == (150, 2, True)


def test_nobody_has_fewer_than_no_points(conn, correct, learner, audited):
    correct(learner, 10, 1)
    before = ledger(conn, learner), audited(learner)
    assert_problem(correct(learner, -11, 2), "too_few_points")
    assert (ledger(conn, learner), audited(learner)) == before
    assert correct(learner, -10, 2).status_code == 201
    assert_it_adds_up(conn, learner, 0)


def test_repeating_what_took_all_is_still_200(conn, correct, learner):
    correct(learner, 10, 1)
    for status in (201, 200):
        assert correct(learner, -10, 2).status_code == status
    assert_it_adds_up(conn, learner, 0)


def test_the_same_number_for_too_many_points_is_a_conflict(correct, learner):
    correct(learner, 10, 1)
    assert_problem(correct(learner, -11, 1), "conflict")


def test_more_points_than_a_total_can_hold_are_no_failure(conn, correct, learner):
    conn.execute(
        "update user_points set total_points = 2147483647 where user_id = %s", [learner.id]
    )
    assert_problem(correct(learner, 1), "invalid")
    assert ledger(conn, learner) == []


def test_who_corrected_what_and_why_is_noted_once(correct, admin, learner, audited):
    for _ in range(2):
        correct(learner, 10, 3)
    correct(learner, -5, 4, note="Given twice")
    assert audited(learner) == [
        (admin.id, {"correction_id": 3, "points": 10, "note": NOTE}),
        (admin.id, {"correction_id": 4, "points": -5, "note": "Given twice"}),
    ]


@pytest.mark.parametrize("role", ["learner", "instructor", None])
def test_nobody_but_admins_corrects(client, as_user, conn, learner, audited, role):
    caller = as_user(builders.make_user(conn, role)) if role else client
    for body in ({"correction_id": 1, "points": 1, "note": NOTE}, {"nonsense": 1}):
        answer = caller.post(path(learner), json=body)
        assert_problem(answer, "forbidden" if role else "unauthenticated")
    assert (ledger(conn, learner), audited(learner)) == ([], [])


def test_nor_do_learners_correct_themselves(as_user, conn, learner):
    body = {"correction_id": 1, "points": 1000, "note": NOTE}
    assert_problem(as_user(learner).post(path(learner), json=body), "forbidden")
    assert ledger(conn, learner) == []


@pytest.mark.parametrize(
    "ref", ["0", "01", "-1", "999999999", "9" * 18, str(2**63), "9" * 50, "me", "1.5"]
)
def test_who_does_not_exist_is_404(as_user, admin, conn, ref):
    body = {"correction_id": 1, "points": 1, "note": NOTE}
    answer = as_user(admin).post(f"/api/v1/gamification/users/{ref}/corrections", json=body)
    assert_problem(answer, "not_found")
    rows = conn.execute("select count(*) from user_points where user_id = 999999999")
    assert rows.fetchone() == (0,)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("correction_id", 0),
        ("correction_id", -1),
        ("correction_id", 10**18),
        ("correction_id", 10**30),
        ("correction_id", "1"),
        ("correction_id", 1.5),
        ("correction_id", True),
        ("correction_id", None),
        ("points", 0),
        ("points", 1_000_001),
        ("points", -1_000_001),
        ("points", "5"),
        ("points", 0.5),
        ("points", None),
        ("note", ""),
        ("note", "  \n"),
        ("note", "x" * 501),
        ("note", 7),
        ("note", None),
        ("user_id", 1),
        ("reason", "lesson_completed"),
        ("created_at", "2026-01-01T00:00:00Z"),
    ],
)
def test_a_bad_or_unknown_value_is_refused_by_name(conn, correct, learner, field, value):
    assert_problem(correct(learner, **{field: value}), "invalid", field)
    assert ledger(conn, learner) == []


@pytest.mark.parametrize("field", ["correction_id", "points", "note"])
def test_nothing_may_be_missing(as_user, admin, conn, learner, field):
    body = {"correction_id": 1, "points": 1, "note": NOTE}
    del body[field]
    assert_problem(as_user(admin).post(path(learner), json=body), "invalid", field)
    assert ledger(conn, learner) == []


@pytest.mark.parametrize(
    "more", [{"correction_id": 2**53 - 1}, {"points": 1_000_000}, {"note": "名" * 500}]
)
def test_the_ends_of_what_may_be_sent_are_no_failure(conn, correct, learner, more):
    assert correct(learner, **more).status_code == 201
    assert_it_adds_up(conn, learner, more.get("points", 10))


def test_who_came_without_a_row_of_points_gets_one(conn, correct, learner):
    conn.execute("delete from user_points where user_id = %s", [learner.id])
    assert_problem(correct(learner, -1), "too_few_points")
    assert correct(learner, 10).status_code == 201
    assert_it_adds_up(conn, learner, 10)


def test_a_deactivated_learner_can_be_corrected(conn, correct, learner):
    conn.execute("update users set deactivated_at = now() where id = %s", [learner.id])
    assert correct(learner, 10).status_code == 201
    assert_it_adds_up(conn, learner, 10)


def test_one_that_is_sent_twenty_times_at_once_counts_once(conn, correct_at_once, learner, audited):
    assert correct_at_once(*[(learner, 1, 10)] * 20) == [200] * 19 + [201]
    assert_it_adds_up(conn, learner, 10)
    assert len(audited(learner)) == 1


def test_so_it_does_for_who_came_without_a_row_of_points(conn, correct_at_once, learner):
    conn.execute("delete from user_points where user_id = %s", [learner.id])
    assert correct_at_once(*[(learner, 1, 10)] * 20) == [200] * 19 + [201]
    assert_it_adds_up(conn, learner, 10)


def test_twenty_different_ones_at_once_all_count(conn, correct_at_once, learner):
    corrections = [(learner, n, n) for n in range(1, 21)]
    assert correct_at_once(*corrections) == [201] * 20
    assert_it_adds_up(conn, learner, 210)


def test_one_number_for_two_things_at_once_is_one_of_them(conn, correct_at_once, learner):
    for n in range(1, 11):
        corrections = [(learner, n, 10), (learner, n, 20)] * 2
        assert correct_at_once(*corrections) == [200, 201, 409, 409]
    assert {points // 10 for _, points, _ in ledger(conn, learner)} <= {1, 2}
    assert_it_adds_up(conn, learner, sum(points for _, points, _ in ledger(conn, learner)))


def test_twenty_that_take_at_once_take_no_more_than_there_is(conn, correct, correct_at_once):
    learner = builders.make_user(conn)
    correct(learner, 55, 100)
    statuses = correct_at_once(*[(learner, n, -10) for n in range(1, 21)])
    assert statuses == [201] * 5 + [409] * 15
    assert_it_adds_up(conn, learner, 5)


def test_a_correction_while_lessons_are_being_completed_adds_up(busy_app, conn, admin):
    for _ in range(5):
        learner = builders.make_user(conn)
        course = attend(conn, learner, lessons=4, lesson={"points": 30})
        clients = []
        for user in [learner] * 4 + [admin] * 4:
            client = anonymous(busy_app)
            client.set_cookie("access_token", builders.access_token(busy_app, conn, user))
            clients.append(client)
        calls = [
            partial(complete, *pair) for pair in zip(clients[:4], course.lesson_ids, strict=True)
        ]
        for n, client in enumerate(clients[4:], 1):
            body = {"correction_id": n, "points": 7, "note": NOTE}
            calls.append(partial(client.post, path(learner), json=body))
        at_once(*calls)
        assert_it_adds_up(conn, learner, 148)


def test_get_and_delete_are_405(as_user, admin, learner):
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        answer = as_user(admin).open(path(learner), method=method)
        assert_problem(answer, "method_not_allowed")
        assert "POST" in answer.headers["Allow"]
