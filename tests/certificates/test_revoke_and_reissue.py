"""A certificate that does not count any more says so, wherever it is shown."""

import base64
import gzip
import json
from concurrent.futures import ThreadPoolExecutor

import builders
import pytest
from certificates.conftest import CERTIFICATES
from problems import assert_problem

from courseapp.db import queries

REASON = {"reason": "Somebody else took the exam"}


@pytest.fixture
def made(graduate, course, issue):
    """A certificate; `client` is its learner's."""

    class Made:
        def __init__(self):
            self.learner, self.course = graduate(course), course
            self.client = self.learner.client
            self.json = issue(self.learner, course).json
            self.id = self.json["id"]
            self.path = f"{CERTIFICATES}/{self.id}"
            self.verify = f"{CERTIFICATES}/verify/{self.json['code']}"

    return Made()


def is_set(client, certificate_id):
    """The bit of a certificate in its status list."""
    subject = client.get("/api/v1/credentials/status/0").json["credentialSubject"]
    encoded = subject["encodedList"].removeprefix("u")
    bits = gzip.decompress(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    return bool(bits[certificate_id // 8] & 128 >> certificate_id % 8)


def test_an_admin_revokes_it_with_a_reason(made, admin, client, work, conn):
    work()
    assert not is_set(client, made.id)
    answer = admin.post(f"{made.path}/revoke", json=REASON)
    assert answer.status_code == 200
    assert answer.json["validity"] == "revoked"
    assert answer.json["revoked_reason"] == REASON["reason"]
    public = client.get(made.verify).json
    assert (public["validity"], bool(public["revoked_at"])) == ("revoked", True)
    assert "revoked_reason" not in public
    work()
    assert is_set(client, made.id)
    assert not is_set(client, made.id + 1)
    row = "select actor_id, action, details from audit_log where target_type = 'certificate'"
    assert conn.execute(f"{row} and target_id = %s", [made.id]).fetchall() == [
        (admin.user.id, "certificate_revoked", {"user_id": made.learner.id} | REASON)
    ]


def test_an_independent_verifier_reads_that_it_was_revoked(made, admin, client, work, verify):
    def ask():
        work()
        credential = json.loads(made.client.get(f"{made.path}/credential").data)
        listed = client.get("/api/v1/credentials/status/0").json
        return verify(credential, credential["issuer"]["id"], listed)

    assert ask() == (True, False, None)
    admin.post(f"{made.path}/revoke", json=REASON)
    assert ask() == (True, True, None)


@pytest.mark.parametrize("what", ["revoke", "reissue"])
def test_where_none_are_issued_nothing_is_changed(made, make_app, admin, conn, what):
    app = make_app(APP_ENV="production", PUBLIC_URL="")
    bearer = {"Authorization": f"Bearer {builders.access_token(app, conn, admin.user)}"}
    rows = "select xmin, id from certificates where user_id = %s"
    before = conn.execute(rows, [made.learner.id]).fetchall()
    answer = app.test_client().post(f"{made.path}/{what}", json=REASON, headers=bearer)
    assert_problem(answer, "certificates_not_configured")
    assert conn.execute(rows, [made.learner.id]).fetchall() == before


def test_revoking_it_again_changes_nothing(made, admin, conn):
    first = admin.post(f"{made.path}/revoke", json=REASON).json
    assert admin.post(f"{made.path}/revoke", json={"reason": "Other"}).json == first
    count = "select count(*) from audit_log where target_type = 'certificate' and target_id = %s"
    assert conn.execute(count, [made.id]).fetchone() == (1,)


def test_its_learner_gets_no_other(made, admin, issue):
    admin.post(f"{made.path}/revoke", json=REASON)
    assert_problem(issue(made.learner, made.course), "certificate_revoked")
    assert_problem(made.client.post(f"{made.path}/reissue", json={}), "certificate_revoked")


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": " "}, {"reason": "x" * 501}])
def test_without_a_reason_nothing_is_revoked(made, admin, body):
    assert_problem(admin.post(f"{made.path}/revoke", json=body), "invalid", "reason")
    assert made.client.get(made.path).json["validity"] == "valid"


def test_only_admins_revoke(made, as_user, conn):
    for client in (made.client, as_user(builders.make_user(conn, "instructor"))):
        assert_problem(client.post(f"{made.path}/revoke", json=REASON), "forbidden")


def test_who_has_another_name_gets_another_certificate(made, client, issue, work):
    work()
    made.client.patch("/api/v1/auth/me", json={"full_name": "Ada King"})
    answer = made.client.post(f"{made.path}/reissue", json={})
    assert answer.status_code == 201
    new = answer.json
    assert (new["learner_name"], new["validity"], new["status"]) == (
        *("Ada King", "valid"),
        "rendering",
    )
    assert new["code"] != made.json["code"]
    assert new["completed_on"] == made.json["completed_on"]
    old = client.get(made.verify).json
    assert (old["validity"], old["learner_name"]) == ("replaced", "Ada Lovelace")
    work()
    assert is_set(client, made.id)
    assert not is_set(client, new["id"])
    assert issue(made.learner, made.course).json["code"] == new["code"]
    # The old file stays readable for who has it.
    assert made.client.get(f"{made.path}/pdf").status_code == 200
    listed = made.client.get(f"{CERTIFICATES}/me").json["items"]
    assert [(one["id"], one["validity"]) for one in listed] == [
        (new["id"], "valid"),
        (made.id, "replaced"),
    ]


def test_with_the_same_name_there_is_no_reason(made):
    assert_problem(made.client.post(f"{made.path}/reissue", json={}), "name_unchanged")
    # A learner's reason is none.
    assert_problem(made.client.post(f"{made.path}/reissue", json=REASON), "name_unchanged")


def test_a_learner_takes_another_name_three_times_a_day(made, admin, conn):
    path = made.path
    for n in range(3):
        made.client.patch("/api/v1/auth/me", json={"full_name": f"Name {n}"})
        answer = made.client.post(f"{path}/reissue", json={})
        assert answer.status_code == 201
        path = f"{CERTIFICATES}/{answer.json['id']}"
    made.client.patch("/api/v1/auth/me", json={"full_name": "One more"})
    refused = made.client.post(f"{path}/reissue", json={})
    assert_problem(refused, "too_many_attempts")
    assert refused.headers["Retry-After"] == "3600"
    assert admin.post(f"{path}/reissue", json=REASON).status_code == 201


def test_what_was_replaced_is_not_replaced_or_revoked_again(made, admin):
    assert admin.post(f"{made.path}/reissue", json=REASON).status_code == 201
    assert_problem(admin.post(f"{made.path}/reissue", json=REASON), "certificate_replaced")
    assert_problem(admin.post(f"{made.path}/revoke", json=REASON), "certificate_replaced")


def test_an_admin_issues_anew_what_was_revoked(made, admin, client, issue, conn):
    admin.post(f"{made.path}/revoke", json=REASON)
    new = admin.post(f"{made.path}/reissue", json={"reason": "It was them"})
    assert new.status_code == 201
    assert client.get(made.verify).json["validity"] == "revoked"
    assert issue(made.learner, made.course).json["id"] == new.json["id"]
    details = conn.execute(
        "select details from audit_log where action = 'certificate_reissued' and target_id = %s",
        [new.json["id"]],
    )
    assert details.fetchone() == (
        {"user_id": made.learner.id, "replaces": made.id, "reason": "It was them"},
    )


def test_admins_give_a_reason(made, admin):
    assert_problem(admin.post(f"{made.path}/reissue", json={}), "invalid", "reason")


def test_somebody_elses_is_not_found(made, as_user, conn):
    other = as_user(builders.make_user(conn))
    assert_problem(other.post(f"{made.path}/reissue", json={}), "not_found")


def test_two_at_once_leave_one_that_counts(made, admin, as_user, conn):
    clients = [as_user(admin.user) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(
            threads.map(lambda one: one.post(f"{made.path}/reissue", json=REASON), clients)
        )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    valid = "select count(*) from certificates where user_id = %s and replaced_at is null"
    assert conn.execute(valid, [made.learner.id]).fetchone() == (1,)


def test_who_takes_another_name_while_it_is_being_revoked_undoes_nothing(made, held_up, conn):
    made.client.patch("/api/v1/auth/me", json={"full_name": "Ada King"})
    answer = held_up(
        lambda: made.client.post(f"{made.path}/reissue", json={}),
        waits_in="certificates.reissue_certificate",
        before=[
            "update certificates set revoked_at = now(), revoked_reason = 'No'"
            f" where id = {made.id}"
        ],
    )
    assert_problem(answer, "certificate_revoked")
    count = "select count(*) from certificates where user_id = %s"
    assert conn.execute(count, [made.learner.id]).fetchone() == (1,)


def test_who_revokes_what_is_being_replaced_is_told_so(made, held_up, admin):
    answer = held_up(
        lambda: admin.post(f"{made.path}/revoke", json=REASON),
        waits_in="certificates.revoke_certificate",
        before=[f"update certificates set replaced_at = now() where id = {made.id}"],
    )
    assert_problem(answer, "certificate_replaced")


def test_an_older_list_does_not_take_the_place_of_a_newer_one(made, admin, client, work, conn):
    work()
    admin.post(f"{made.path}/revoke", json=REASON)
    work()
    newest = client.get("/api/v1/credentials/status/0").json
    late = "select now() - interval '1 minute'"
    stored = queries.credentials.store_status_list(
        conn, list_id=0, credential="{}", seen_at=conn.execute(late).fetchone()[0]
    )
    assert stored == 0
    assert client.get("/api/v1/credentials/status/0").json == newest


def test_all_lists_are_signed_anew_each_day(made, client, work, runner, conn):
    work()
    conn.execute("update certificates set replaced_at = now() where id = %s", [made.id])
    assert not is_set(client, made.id)
    runner.invoke(args=["jobs", "defer", "publish_status_lists", "timestamp=0"])
    work()
    assert is_set(client, made.id)


def test_the_list_is_paged(graduate, conn, issue):
    courses = [builders.make_course(conn, lessons=1) for _ in range(3)]
    learner = graduate(courses[0])
    for course in courses[1:]:
        builders.enroll(conn, learner, course)
        conn.execute(
            "update enrollments set completed_at = now() where course_id = %s", [course.id]
        )
    ids = [issue(learner, course).json["id"] for course in courses]
    first = learner.client.get(f"{CERTIFICATES}/me?limit=2").json
    assert [one["id"] for one in first["items"]] == [ids[2], ids[1]]
    rest = learner.client.get(f"{CERTIFICATES}/me?limit=2&cursor={first['next_cursor']}").json
    assert ([one["id"] for one in rest["items"]], rest["next_cursor"]) == ([ids[0]], None)


def test_what_is_revoked_stays_so_in_the_newest_list(made, admin, client, work, graduate, issue):
    """The list is one for all: another certificate's change does not bring this one back."""
    other = graduate(made.course)
    second = issue(other, made.course).json
    work()
    for one in (made.json, second):
        admin.post(f"{CERTIFICATES}/{one['id']}/revoke", json=REASON)
    work()
    assert is_set(client, made.id) and is_set(client, second["id"])
    assert json.dumps(client.get("/api/v1/credentials/status/0").json["proof"])
