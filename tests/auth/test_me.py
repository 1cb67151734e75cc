"""GET and PATCH auth/me."""

import secrets

import builders
import pytest
from problems import assert_problem

ME = "/api/v1/auth/me"


@pytest.fixture
def me(as_user, learner):
    """A client that is logged in as the learner."""
    return as_user(learner)


def test_it_is_the_callers_account(me, learner):
    answer = me.get(ME)
    assert answer.status_code == 200
    assert answer.json.keys() == {
        "id",
        "email",
        "full_name",
        "role",
        "locale",
        "timezone",
        "leaderboard_opt_in",
        "email_verified_at",
        "created_at",
    }
    assert (answer.json["id"], answer.json["email"]) == (learner.id, learner.email)


def test_nobody_but_the_caller_may_keep_it_and_the_caller_asks_again_with_its_etag(me):
    answer = me.get(ME)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = me.get(ME, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert me.patch(ME, json={"full_name": "Somebody Else"}).status_code == 200
    assert me.get(ME, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200


def test_reading_costs_one_statement_besides_the_session_check(recorder, conn, learner):
    client = recorder.app.test_client()
    client.set_cookie("access_token", builders.access_token(recorder.app, conn, learner))
    with recorder.recording() as seen:
        assert client.get(ME).status_code == 200
    assert seen.statements == ["auth.get_session", "auth.get_me"]
    assert seen.redis_commands == 0


@pytest.mark.parametrize("method", ["get", "patch"])
def test_without_a_session_it_is_401(client, method):
    answer = client.open(ME, method=method, json={} if method == "patch" else None)
    assert_problem(answer, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="courseapp"'


@pytest.mark.parametrize(
    "ending",
    [
        "update sessions set expires_at = now() where user_id = %s",
        "update users set deactivated_at = now() where id = %s",
        "delete from sessions where user_id = %s",
    ],
)
def test_an_ended_session_is_401(me, learner, conn, ending):
    assert me.get(ME).status_code == 200
    conn.execute(ending, [learner.id])
    assert_problem(me.get(ME), "unauthenticated")


def test_the_role_is_that_of_now(me, learner, conn):
    conn.execute("update users set role = 'admin' where id = %s", [learner.id])
    assert me.get(ME).json["role"] == "admin"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", "Łucja Wójcik"),
        ("full_name", "名" * 200),
        ("locale", "pl"),
        ("locale", "zh-Hant-TW"),
        ("timezone", "America/Argentina/Buenos_Aires"),
        ("timezone", "Etc/GMT+12"),
        ("leaderboard_opt_in", True),
        ("leaderboard_opt_in", False),
    ],
)
def test_one_value_may_be_changed_and_the_others_stay(me, field, value):
    before = me.get(ME).json
    answer = me.patch(ME, json={field: value})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json == before | {field: value} == me.get(ME).json


def test_all_values_may_be_changed_at_once(me):
    values = {"full_name": "Jan Kowalski", "locale": "pl", "timezone": "Europe/Warsaw"}
    values["leaderboard_opt_in"] = True
    answer = me.patch(ME, json=values)
    assert values.items() <= answer.json.items()


def test_nobody_is_on_the_leaderboards_unasked(client):
    account = {"email": "shy@example.com", "password": "password123"}
    for name, more in (("register", {"full_name": "Shy"}), ("login", {})):
        answer = client.post(f"/api/v1/auth/{name}", json=account | more)
        assert answer.json["leaderboard_opt_in"] is False
    assert client.get(ME).json["leaderboard_opt_in"] is False


def test_nothing_sent_changes_nothing(me):
    before = me.get(ME).json
    answer = me.patch(ME, json={})
    assert (answer.status_code, answer.json) == (200, before)


def test_nobody_elses_account_changes(me, conn):
    other = builders.make_user(conn)
    name = secrets.token_hex(8)
    me.patch(ME, json={"full_name": name})
    names = "select full_name from users where id = %s"
    assert conn.execute(names, [other.id]).fetchone() == ("Ada Nowak",)
    count = "select count(*) from users where full_name = %s"
    assert conn.execute(count, [name]).fetchone() == (1,)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"full_name": ""}, ["full_name"]),
        ({"full_name": "  "}, ["full_name"]),
        ({"full_name": "x" * 201}, ["full_name"]),
        ({"full_name": None}, ["full_name"]),
        ({"full_name": 1}, ["full_name"]),
        ({"locale": "polski"}, ["locale"]),
        ({"locale": None}, ["locale"]),
        ({"timezone": "Warsaw"}, ["timezone"]),
        ({"timezone": None}, ["timezone"]),
        ({"timezone": "localtime"}, ["timezone"]),
        ({"full_name": "Good", "timezone": "bad", "locale": "bad!"}, ["timezone", "locale"]),
        ({"leaderboard_opt_in": None}, ["leaderboard_opt_in"]),
        ({"leaderboard_opt_in": "true"}, ["leaderboard_opt_in"]),
        ({"leaderboard_opt_in": 1}, ["leaderboard_opt_in"]),
        ({"leaderboard_opt_in": 0.0}, ["leaderboard_opt_in"]),
        ({"leaderboard_opt_in": []}, ["leaderboard_opt_in"]),
        ({"leaderboard_opt_in": True, "locale": "bad!"}, ["locale"]),
        ({"email": "new@example.com"}, ["email"]),
        ({"role": "admin"}, ["role"]),
        ({"id": 1, "password": "new password"}, ["id", "password"]),
        ({"deactivated_at": None}, ["deactivated_at"]),
    ],
)
def test_a_bad_or_unknown_value_is_refused_by_name_and_nothing_changes(me, body, fields):
    before = me.get(ME).json
    assert_problem(me.patch(ME, json=body), "invalid", *fields)
    assert me.get(ME).json == before


def test_put_and_delete_are_405(me):
    for method in ("PUT", "DELETE", "POST"):
        answer = me.open(ME, method=method)
        assert_problem(answer, "method_not_allowed")
        assert {"GET", "PATCH"} <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize("name", [" Ada", "Ada ", "\x85Ada", "\n\tAda"])
def test_a_name_may_begin_and_end_with_a_space(as_user, learner, name):
    answer = as_user(learner).patch("/api/v1/auth/me", json={"full_name": name})
    assert answer.json["full_name"] == name


@pytest.mark.parametrize("name", ["", " ", "\t\n", "\x85", "\x1c", "\xa0", "\u3000", "\ufeff"])
def test_a_blank_name_is_refused(as_user, learner, name):
    answer = as_user(learner).patch("/api/v1/auth/me", json={"full_name": name})
    assert_problem(answer, "invalid", "full_name")
