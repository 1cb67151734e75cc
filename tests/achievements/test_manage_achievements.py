"""POST, PATCH and DELETE /api/v1/achievements: admins make the rules, and it is noted who did."""

from functools import partial

import builders
import pytest
from achievements.earning import at_once, crowded, make_achievement, unlock
from conftest import anonymous
from problems import assert_problem

from courseapp.metrics import METRICS
from courseapp.schemas.achievements import AchievementSchema

ACHIEVEMENTS = "/api/v1/achievements"
NEW = {
    "title": "Marathon",
    "description": "Complete 42 lessons.",
    "metric": "lessons_completed",
    "threshold": 42,
}
# Values that neither a new achievement nor a change may have.
BAD = [
    ("code", ""),
    ("code", "Upper"),
    ("code", "with space"),
    ("code", "_first"),
    ("code", "last_"),
    ("code", "two__lines"),
    ("code", "line\n"),
    ("code", "ż"),
    ("code", "x" * 61),
    ("code", 7),
    ("code", None),
    ("title", ""),
    ("title", " \t"),
    ("title", "x" * 201),
    ("title", None),
    ("description", "x" * 2001),
    ("description", None),
    ("description", ["x"]),
    ("icon", "x" * 201),
    ("icon", None),
    ("points", -1),
    ("points", 1_000_001),
    ("points", "5"),
    ("points", 1.5),
    ("points", True),
    ("points", None),
    ("metric", "nonsense"),
    ("metric", ""),
    ("metric", "lessons_completed_cursor"),
    ("metric", "../metrics/total_points"),
    ("metric", None),
    ("threshold", 0),
    ("threshold", -1),
    ("threshold", 2**31),
    ("threshold", 10**30),
    ("threshold", "1"),
    ("threshold", None),
    ("is_active", "true"),
    ("is_active", 1),
    ("is_active", None),
    ("id", 7),
    ("unlocked_at", None),
]
CHANGES = [
    ("code", "another_code"),
    ("title", "Zażółć"),
    ("title", "名" * 200),
    ("description", ""),
    ("description", "x" * 2000),
    ("icon", ""),
    ("icon", "flame"),
    ("points", 0),
    ("points", 1_000_000),
    ("metric", "total_points"),
    ("threshold", 1),
    ("threshold", 2**31 - 1),
    ("is_active", False),
]


@pytest.fixture
def admin(conn):
    return builders.make_user(conn, "admin")


@pytest.fixture
def as_admin(as_user, admin):
    """A client of the admin."""
    return as_user(admin)


@pytest.fixture
def stored(conn):
    """The row of an achievement by id, as JSON, or None."""

    def row(achievement_id):
        found = conn.execute(
            "select to_jsonb(a) from achievements as a where id = %s", [achievement_id]
        ).fetchone()
        return found and found[0]

    return row


@pytest.fixture
def audited(conn):
    """What the audit log says of an achievement: (actor, action, details)."""
    return lambda achievement_id: conn.execute(
        "select actor_id, action, details from audit_log"
        " where target_type = 'achievement' and target_id = %s order by id",
        [achievement_id],
    ).fetchall()


def new(code, **more):
    return NEW | {"code": code} | more


def path(achievement):
    return f"{ACHIEVEMENTS}/{achievement.id}"


def test_a_new_one_is_201_and_in_the_list(as_admin, client):
    body = new("marathon", icon="shoe", points=30)
    answer = as_admin.post(ACHIEVEMENTS, json=body)
    assert answer.status_code == 201
    assert answer.json == body | {"id": answer.json["id"], "is_active": True}
    assert answer.headers["Cache-Control"] == "no-store"
    assert not AchievementSchema().validate(answer.json)
    listed = {item["id"]: item for item in client.get(ACHIEVEMENTS).json["items"]}
    assert listed[answer.json["id"]] == answer.json | {"unlocked_at": None}


def test_without_more_it_has_no_icon_and_no_points_and_is_given(as_admin):
    answer = as_admin.post(ACHIEVEMENTS, json=new("bare"))
    assert (answer.json["icon"], answer.json["points"]) == ("", 0)
    assert answer.json["is_active"] is True


def test_it_may_be_prepared_before_it_is_given(as_admin, client):
    made = as_admin.post(ACHIEVEMENTS, json=new("later", is_active=False)).json
    assert made["is_active"] is False
    assert made["id"] not in [item["id"] for item in client.get(ACHIEVEMENTS).json["items"]]


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_may_be_counted(as_admin, metric):
    answer = as_admin.post(ACHIEVEMENTS, json=new(f"of_{metric}", metric=metric))
    assert (answer.status_code, answer.json["metric"]) == (201, metric)


def test_whole_numbers_may_be_written_with_a_point(as_admin):
    answer = as_admin.post(ACHIEVEMENTS, json=new("floats", threshold=3.0, points=2.0))
    assert (answer.json["threshold"], answer.json["points"]) == (3, 2)


@pytest.mark.parametrize(("field", "value"), BAD)
def test_a_new_one_with_a_bad_value_is_refused_by_name(as_admin, conn, field, value):
    count = "select count(*) from achievements"
    before = conn.execute(count).fetchone()
    assert_problem(as_admin.post(ACHIEVEMENTS, json=new("bad") | {field: value}), "invalid", field)
    assert conn.execute(count).fetchone() == before


@pytest.mark.parametrize("field", ["code", *NEW])
def test_a_new_one_needs_its_rule_and_its_texts(as_admin, field):
    body = new("incomplete")
    del body[field]
    assert_problem(as_admin.post(ACHIEVEMENTS, json=body), "invalid", field)


def test_a_code_that_is_taken_is_409(as_admin, conn, stored):
    taken = make_achievement(conn, "total_points", 1)
    before = stored(taken.id)
    assert_problem(as_admin.post(ACHIEVEMENTS, json=new(taken.code)), "conflict")
    assert stored(taken.id) == before


def test_of_twenty_with_the_same_code_at_once_one_is_made(make_app, conn, admin):
    with crowded(make_app, conn) as app:
        clients = [anonymous(app) for _ in range(20)]
        for client in clients:
            client.set_cookie("access_token", builders.access_token(app, conn, admin))
        posts = (partial(client.post, ACHIEVEMENTS, json=new("at_once")) for client in clients)
        assert sorted(answer.status_code for answer in at_once(*posts)) == [201] + [409] * 19
    noted = conn.execute("select count(*) from audit_log where details->>'code' = 'at_once'")
    assert noted.fetchone() == (1,)


def test_who_made_it_is_noted(as_admin, admin, audited):
    made = as_admin.post(ACHIEVEMENTS, json=new("noted", points=3)).json
    details = {key: value for key, value in made.items() if key != "id"}
    assert audited(made["id"]) == [(admin.id, "achievement_created", details)]


@pytest.mark.parametrize(("field", "value"), CHANGES)
def test_one_value_may_be_changed_and_the_others_stay(as_admin, conn, stored, field, value):
    made = make_achievement(conn, "lessons_completed", 7)
    before = stored(made.id)
    answer = as_admin.patch(path(made), json={field: value})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert not AchievementSchema().validate(answer.json)
    after = stored(made.id)
    assert after == before | {field: value, "updated_at": after["updated_at"]}
    assert answer.json.items() <= after.items()
    conn.execute("delete from achievements where id = %s", [made.id])


def test_all_values_may_be_changed_at_once(as_admin, conn):
    made = make_achievement(conn, "lessons_completed", 7)
    body = new("all_at_once", icon="x", points=1, is_active=False)
    assert as_admin.patch(path(made), json=body).json == body | {"id": made.id}


def test_nothing_sent_changes_nothing(as_admin, conn, stored):
    made = make_achievement(conn, "lessons_completed", 7)
    before = stored(made.id)
    assert as_admin.patch(path(made), json={}).status_code == 200
    after = stored(made.id)
    assert after | {"updated_at": before["updated_at"]} == before


@pytest.mark.parametrize(("field", "value"), BAD)
def test_a_change_to_a_bad_value_is_refused_by_name(as_admin, conn, stored, field, value):
    made = make_achievement(conn, "lessons_completed", 7)
    before = stored(made.id)
    answer = as_admin.patch(path(made), json={"title": "Good", field: value})
    assert_problem(answer, "invalid", field)
    assert stored(made.id) == before


def test_a_change_to_a_code_that_is_taken_is_409(as_admin, conn, stored, audited):
    made, taken = (make_achievement(conn, "lessons_completed", 7) for _ in range(2))
    before = stored(made.id)
    assert_problem(as_admin.patch(path(made), json={"code": taken.code}), "conflict")
    assert (stored(made.id), audited(made.id)) == (before, [])


def test_its_own_code_is_not_taken(as_admin, conn):
    made = make_achievement(conn, "lessons_completed", 7)
    assert as_admin.patch(path(made), json={"code": made.code}).status_code == 200


def test_others_do_not_change(as_admin, conn, stored):
    made, other = (make_achievement(conn, "lessons_completed", 7) for _ in range(2))
    before = stored(other.id)
    as_admin.patch(path(made), json={"title": "Changed"})
    assert stored(other.id) == before


def test_who_has_it_keeps_it_and_its_points(as_admin, as_user, conn, learner):
    made = make_achievement(conn, "lessons_completed", 7)
    unlock(conn, learner, made)
    changes = {"threshold": 1000, "points": 99, "is_active": False}
    assert as_admin.patch(path(made), json=changes).status_code == 200
    document = as_user(learner).get("/api/v1/gamification/me").json
    assert [item["id"] for item in document["achievements"]] == [made.id]
    assert document["total_points"] == 0


def test_who_changed_what_is_noted(as_admin, admin, conn, audited):
    made = make_achievement(conn, "lessons_completed", 7)
    changes = {"points": 0, "icon": "", "is_active": False}
    as_admin.patch(path(made), json=changes)
    as_admin.patch(path(made), json={"threshold": 9})
    assert audited(made.id) == [
        (admin.id, "achievement_updated", changes),
        (admin.id, "achievement_updated", {"threshold": 9}),
    ]


def test_what_nobody_has_is_deleted(as_admin, client, conn, stored):
    made = make_achievement(conn, "lessons_completed", 7)
    answer = as_admin.delete(path(made))
    assert (answer.status_code, answer.data) == (204, b"")
    assert stored(made.id) is None
    assert made.id not in [item["id"] for item in client.get(ACHIEVEMENTS).json["items"]]


def test_deleting_it_twice_is_404(as_admin, conn, audited):
    made = make_achievement(conn, "lessons_completed", 7)
    as_admin.delete(path(made))
    assert_problem(as_admin.delete(path(made)), "not_found")
    assert len(audited(made.id)) == 1


def test_what_somebody_has_cannot_be_deleted(as_admin, conn, learner, stored, audited):
    made = make_achievement(conn, "lessons_completed", 7)
    unlock(conn, learner, made)
    before = stored(made.id)
    assert_problem(as_admin.delete(path(made)), "conflict")
    assert (stored(made.id), audited(made.id)) == (before, [])


def test_who_deleted_it_is_noted(as_admin, admin, conn, audited):
    made = make_achievement(conn, "lessons_completed", 7)
    as_admin.delete(path(made))
    assert audited(made.id) == [(admin.id, "achievement_deleted", {"code": made.code})]


@pytest.mark.parametrize("method", ["patch", "delete"])
@pytest.mark.parametrize(
    "ref", ["0", "01", "-1", "999999999", str(2**63), "9" * 50, "first", "1.5"]
)
def test_what_does_not_exist_is_404(as_admin, method, ref):
    body = {"json": {}} if method == "patch" else {}
    assert_problem(as_admin.open(f"{ACHIEVEMENTS}/{ref}", method=method, **body), "not_found")


@pytest.mark.parametrize("role", ["learner", "instructor", None])
def test_nobody_but_admins_makes_the_rules(client, as_user, conn, stored, role):
    made = make_achievement(conn, "lessons_completed", 7)
    before = stored(made.id)
    caller = as_user(builders.make_user(conn, role)) if role else client
    for answer in (
        caller.post(ACHIEVEMENTS, json=new("mine")),
        caller.patch(path(made), json={"points": 1000}),
        caller.delete(path(made)),
        # Nor do they learn what there is.
        caller.patch(f"{ACHIEVEMENTS}/999999999", json={}),
        caller.post(ACHIEVEMENTS, json={"nonsense": 1}),
    ):
        assert_problem(answer, "forbidden" if role else "unauthenticated")
    assert stored(made.id) == before
    assert conn.execute("select from achievements where code = 'mine'").fetchone() is None


def test_who_is_no_admin_any_more_is_refused(as_admin, admin, conn):
    conn.execute("update users set role = 'learner' where id = %s", [admin.id])
    assert_problem(as_admin.post(ACHIEVEMENTS, json=new("former")), "forbidden")


def test_get_and_put_are_405(as_admin, conn):
    made = make_achievement(conn, "lessons_completed", 7)
    for method in ("GET", "PUT", "POST"):
        answer = as_admin.open(path(made), method=method)
        assert_problem(answer, "method_not_allowed")
        assert {"PATCH", "DELETE"} <= set(answer.headers["Allow"].split(", "))
