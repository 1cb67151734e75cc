"""POST auth/register."""

import secrets
import zoneinfo

import pytest

from courseapp.passwords import verify_password
from courseapp.schemas.auth import RegistrationSchema


def account(**overrides):
    return {
        "email": f"{secrets.token_hex(6)}@example.com",
        "password": "correct horse",
        "full_name": "Łucja Wójcik",
    } | overrides


def stored(conn, email, columns="*"):
    return conn.execute(f"select {columns} from users where email = %s", [email]).fetchone()


def test_a_new_account_is_a_learner_with_the_defaults(auth_call):
    body = account()
    answer = auth_call("register", body)
    assert answer.status_code == 201
    user = answer.json
    assert user.pop("id") > 0
    assert user.pop("created_at")
    assert user == {
        "email": body["email"],
        "full_name": "Łucja Wójcik",
        "role": "learner",
        "locale": "en",
        "timezone": "UTC",
        "leaderboard_opt_in": False,
        "email_verified_at": None,
    }


def test_time_zone_and_locale_may_be_given(auth_call):
    answer = auth_call("register", account(timezone="Europe/Warsaw", locale="pt-BR"))
    assert (answer.json["timezone"], answer.json["locale"]) == ("Europe/Warsaw", "pt-BR")


def test_only_a_hash_of_the_password_is_kept(auth_call, conn):
    body = account()
    auth_call("register", body)
    (password_hash,) = stored(conn, body["email"], "password_hash")
    assert password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert verify_password("correct horse", password_hash)
    assert "correct horse" not in str(stored(conn, body["email"]))


def test_the_rows_of_points_and_streak_exist_from_the_start(auth_call, conn):
    user_id = auth_call("register", account()).json["id"]
    points = "select total_points, level from user_points where user_id = %s"
    assert conn.execute(points, [user_id]).fetchall() == [(0, 1)]
    streaks = "select count(*) from user_streaks where user_id = %s"
    assert conn.execute(streaks, [user_id]).fetchone() == (1,)


def test_registering_does_not_log_in(auth_call, client):
    auth_call("register", account())
    assert client.get("/api/v1/auth/me").status_code == 401


def test_an_email_is_one_account_in_any_case_and_with_spaces_around_it(auth_call):
    body = account()
    answer = auth_call("register", body | {"email": f"  {body['email'].upper()}\t\n"})
    assert answer.status_code == 201
    assert answer.json["email"] == body["email"]
    for same in (body["email"], body["email"].title(), f" {body['email']} "):
        again = auth_call("register", body | {"email": same})
        assert again.status_code == 409
        assert again.json["type"] == "/problems/email_taken"
    login = auth_call("login", {"email": f" {body['email'].upper()} ", "password": "correct horse"})
    assert login.status_code == 200


def test_of_two_who_register_one_email_at_once_one_gets_it(new_client, conn, at_once):
    for _ in range(5):
        body = account()
        bodies = [body, body | {"email": body["email"].upper()}]
        answers = at_once(lambda b: new_client().post("/api/v1/auth/register", json=b), bodies)
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        assert stored(conn, body["email"], "count(*)") == (1,)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "nobody"),
        ("email", "a b@example.com"),
        ("email", "a@b"),
        ("email", "a@example.com, b@example.com"),
        ("email", "a@" + "b" * 250 + ".com"),
        ("email", None),
        ("email", 7),
        ("email", ["a@example.com"]),
        ("password", "1234567"),
        ("password", "x" * 129),
        ("password", 12345678),
        ("password", None),
        ("full_name", ""),
        ("full_name", " \t\n\u00a0"),
        ("full_name", "x" * 201),
        ("full_name", None),
        ("timezone", "Mars/Olympus"),
        ("timezone", "europe/warsaw"),
        ("timezone", "+02:00"),
        ("timezone", "CEST"),
        ("timezone", ""),
        ("timezone", None),
        ("timezone", "../../etc/passwd"),
        ("locale", "english"),
        ("locale", "EN"),
        ("locale", "en\n"),
        ("locale", None),
    ],
)
def test_a_bad_value_is_refused_by_name(auth_call, conn, field, value):
    body = account(**{field: value})
    answer = auth_call("register", body)
    assert answer.status_code == 422
    assert answer.json["type"] == "/problems/invalid"
    assert {(e["location"], e["field"]) for e in answer.json["errors"]} == {("json", field)}
    if field != "email":
        assert stored(conn, body["email"]) is None


@pytest.mark.parametrize("field", ["email", "password", "full_name"])
def test_a_missing_value_is_refused_by_name(auth_call, field):
    body = account()
    del body[field]
    answer = auth_call("register", body)
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json["errors"]] == [field]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("role", "admin"),
        ("id", 1),
        ("total_points", 1000),
        ("email_verified_at", "2026-01-01T00:00:00Z"),
        ("password_hash", "x"),
        ("__proto__", {}),
    ],
)
def test_nobody_gives_themselves_what_is_not_asked_for(auth_call, conn, field, value):
    body = account(**{field: value})
    answer = auth_call("register", body)
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json["errors"]] == [field]
    assert stored(conn, body["email"]) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password", "12345678"),
        ("password", "ż" * 128),
        ("password", "        "),
        ("password", "\\u0000 typed as text"),
        ("full_name", "X"),
        ("full_name", "名" * 200),
        ("full_name", "Robert'); drop table users;-- %s :email {}"),
        ("locale", "zh-Hant-TW"),
    ],
)
def test_shortest_longest_and_odd_values_are_stored_as_they_are(auth_call, field, value):
    body = account(**{field: value})
    answer = auth_call("register", body)
    assert answer.status_code == 201
    if field != "password":
        assert answer.json[field] == value
    login = auth_call("login", {"email": body["email"], "password": body["password"]})
    assert login.status_code == 200


def test_every_iana_zone_is_accepted_here_and_by_postgresql(conn):
    zones = zoneinfo.available_timezones() - {"localtime"}
    assert "Europe/Warsaw" in zones
    assert RegistrationSchema(only=["timezone"]).validate({"timezone": "localtime"})
    for zone in zones:
        RegistrationSchema(only=["timezone"]).load({"timezone": zone})
    known = {name for (name,) in conn.execute("select name from pg_timezone_names")}
    assert zones - known == set()


def test_at_least_60_registrations_a_minute_pass_from_one_address(new_client, at_once):
    def register_ten(_):
        client = new_client("192.0.2.60")
        return [client.post("/api/v1/auth/register", json=account()).status_code for _ in range(10)]

    answers = at_once(register_ten, range(6))
    assert answers == [[201] * 10] * 6
