"""A create with an Idempotency-Key that comes again is answered again, and creates nothing more."""

import base64
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import builders
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from problems import assert_problem

API = "/api/v1"
COURSE = {"title": "A course", "language": "en"}
DOCUMENT = {"format": "courseapp.course/1", "slug": "once", "title": "Once", "modules": []}


@pytest.fixture
def author(conn, as_user):
    """A client of a new instructor, `client.user`."""
    user = builders.make_user(conn, "instructor")
    client = as_user(user)
    client.user = user
    return client


def post(client, path="courses", body=COURSE, key="a-key", **more):
    return client.post(f"{API}/{path}", json=body, headers={"Idempotency-Key": key}, **more)


def courses_of(conn, user):
    query = "select count(*) from course_instructors where user_id = %s"
    return conn.execute(query, [user.id]).fetchone()[0]


@pytest.fixture
def places(conn, author):
    """Path -> body, of every create that takes a key, for courses of the author."""
    course = builders.make_course(conn, instructor=author.user)
    return {
        "courses": COURSE,
        "courses/import": DOCUMENT | {"slug": f"once-{author.user.id}"},
        f"courses/{course.id}/modules": {"title": "A module"},
        f"modules/{course.module_id}/lessons": {"title": "A lesson"},
    }


def test_the_same_request_gets_the_same_answer_byte_for_byte(author, conn, places):
    for path, body in places.items():
        first = post(author, path, body, key=f"of-{path}")
        again = post(author, path, body, key=f"of-{path}")
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.data == first.data
        for name in ("Location", "ETag", "Content-Type"):
            assert again.headers[name] == first.headers[name]
        assert again.headers["Idempotency-Replayed"] == "true"
        assert "Idempotency-Replayed" not in first.headers
    assert courses_of(conn, author.user) == 3


def test_it_is_the_old_answer_also_when_the_course_has_changed_since(author):
    first = post(author)
    author.patch(first.headers["Location"], json={"title": "Another"})
    assert post(author).json == first.json
    author.delete(first.headers["Location"])
    assert post(author).json == first.json


def test_a_front_end_on_another_origin_may_see_it(make_app, conn):
    app = make_app(ALLOWED_ORIGINS="https://www.example.com")
    client = app.test_client()
    token = builders.access_token(app, conn, builders.make_user(conn, "instructor"))
    headers = {
        "Authorization": f"Bearer {token}",
        "Origin": "https://www.example.com",
        "Idempotency-Key": "a-key",
    }
    for _ in range(2):
        answer = client.post(f"{API}/courses", json=COURSE, headers=headers)
    assert answer.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" in answer.headers["Access-Control-Expose-Headers"]


def test_without_a_key_each_request_creates(author, conn):
    for _ in range(2):
        assert author.post(f"{API}/courses", json=COURSE).status_code == 201
    assert courses_of(conn, author.user) == 2


@pytest.mark.parametrize(
    "written",
    [b'{"language":"en","title":"A course"}', b'{"title": "A\\u0020course", "language": "en" }'],
)
def test_how_the_body_is_written_does_not_matter(author, written):
    first = post(author)
    headers = {"Idempotency-Key": '"a-key"', "Content-Type": "application/json"}
    assert author.post(f"{API}/courses", data=written, headers=headers).data == first.data


@pytest.mark.parametrize("other", [{"title": "Another"}, COURSE | {"description": "More"}])
def test_another_body_is_refused(author, conn, other):
    post(author)
    assert_problem(post(author, body=other), "idempotency_key_reused")
    assert courses_of(conn, author.user) == 1


def test_another_address_is_refused(author, places):
    modules = next(path for path in places if path.endswith("/modules"))
    assert post(author, modules, {"title": "A course"}).status_code == 201
    assert_problem(post(author, body={"title": "A course"}), "idempotency_key_reused")


def test_keys_are_everybodys_own(author, conn, as_user):
    other = as_user(builders.make_user(conn, "instructor"))
    assert post(author).json["id"] != post(other).json["id"]


@pytest.mark.parametrize("key", ["", '"', '"a', "a b", "a" * 256, '"' + "a" * 256 + '"', "ż"])
def test_what_is_no_key_is_refused(author, key):
    answer = post(author, key=key.encode().decode("latin-1"))
    assert_problem(answer, "bad_request")
    assert "255" in answer.json["detail"]


@pytest.mark.parametrize("key", ["a", '"a b"', "!#$%&'()*+,-./:;<=>?@[]^_`{|}~", "a" * 255])
def test_what_is_a_key_is_taken(author, key):
    assert post(author, key=key).data == post(author, key=key).data


def test_a_create_that_was_refused_can_be_repeated(author, conn):
    taken = builders.make_course(conn)
    body = COURSE | {"slug": taken.slug}
    assert_problem(post(author, body=body), "conflict")
    conn.execute("update courses set slug = 'was-taken-' || id where id = %s", [taken.id])
    assert post(author, body=body).status_code == 201


def test_a_body_that_is_not_valid_does_not_use_the_key_up(author):
    assert_problem(post(author, body={"title": ""}), "invalid", "title")
    assert post(author).status_code == 201


def test_after_24_hours_it_is_a_new_request(author, conn):
    first = post(author)
    age = "update idempotency_keys set created_at = now() - %s::interval where user_id = %s"
    conn.execute(age, ["23 hours 59 minutes", author.user.id])
    assert post(author).data == first.data
    conn.execute(age, ["24 hours 1 minute", author.user.id])
    new = post(author, body={"title": "New"})
    assert new.json["id"] != first.json["id"]
    assert post(author, body={"title": "New"}).data == new.data


def waiting_for(conn, what):
    query = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query ~ %s"
    deadline = time.monotonic() + 10
    while not conn.execute(query, [what]).fetchone()[0]:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_while_the_first_is_being_answered_the_second_is_told_so(author, conn, environ):
    """The first waits for somebody who is about to take its slug."""
    body = COURSE | {"slug": f"wanted-{author.user.id}"}
    with (
        psycopg.connect(environ["DATABASE_OWNER_URL"]) as other,
        ThreadPoolExecutor(1) as threads,
    ):
        other.execute("insert into courses (slug, title) values (%s, 'x')", [body["slug"]])
        first = threads.submit(post, author, body=body)
        waiting_for(conn, "courses.create_course")
        second = post(author, body=body)
        assert_problem(second, "in_flight")
        assert second.headers["Retry-After"] == "1"
        other.rollback()
        assert first.result().status_code == 201
    assert post(author, body=body).data == first.result().data
    assert courses_of(conn, author.user) == 1


def test_a_request_that_dies_before_its_commit_leaves_nothing(author, conn, environ):
    body = COURSE | {"slug": f"dying-{author.user.id}"}
    with (
        psycopg.connect(environ["DATABASE_OWNER_URL"]) as other,
        ThreadPoolExecutor(1) as threads,
    ):
        other.execute("insert into courses (slug, title) values (%s, 'x')", [body["slug"]])
        first = threads.submit(post, author, body=body)
        waiting_for(conn, "courses.create_course")
        conn.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where wait_event_type = 'Lock' and query ~ 'courses.create_course'"
        )
        assert first.result().status_code == 503
        other.rollback()
    assert courses_of(conn, author.user) == 0
    keys = "select count(*) from idempotency_keys where user_id = %s"
    assert conn.execute(keys, [author.user.id]).fetchone() == (0,)
    assert post(author, body=body).status_code == 201


@pytest.mark.parametrize("more", [{}, {"slug": "at-once"}])
def test_many_at_once_create_one(author, conn, more):
    start = threading.Barrier(20)

    def send(_):
        start.wait()
        return post(author, body=COURSE | more)

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(send, range(20)))
    created = [answer for answer in answers if answer.status_code == 201]
    assert created
    assert len({answer.data for answer in created}) == 1
    for answer in answers:
        if answer.status_code != 201:
            assert_problem(answer, "in_flight")
    assert courses_of(conn, author.user) == 1


def test_what_is_kept_is_the_answer_and_a_hash_of_the_request(author, conn):
    answer = post(author)
    row = conn.execute(
        "select request_hash, status, headers, body from idempotency_keys where user_id = %s",
        [author.user.id],
    ).fetchone()
    assert len(row[0]) == 32
    assert row[1] == 201
    assert set(row[2]) == {"Location", "ETag"}
    assert json.loads(row[3]) == answer.json


@pytest.fixture(scope="module")
def signing():
    """Settings with which playback is signed."""
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return {
        "MUX_SIGNING_KEY_ID": "a-key",
        "MUX_SIGNING_PRIVATE_KEY": base64.b64encode(pem).decode(),
    }


def test_playback_tokens_are_not_kept_and_made_anew(make_app, conn, signing):
    app = make_app(**signing)
    instructor = builders.make_user(conn, "instructor")
    course = builders.make_course(conn, instructor=instructor)
    client = app.test_client()
    client.set_cookie("access_token", builders.access_token(app, conn, instructor))
    body = {"title": "A video", "mux_playback_id": "abc"}
    answers = [post(client, f"modules/{course.module_id}/lessons", body) for _ in range(2)]
    for answer in answers:
        assert answer.status_code == 201
        assert "?token=" in answer.json["playback"]["hls_url"]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    kept = "select body from idempotency_keys where user_id = %s"
    assert "token" not in conn.execute(kept, [instructor.id]).fetchone()[0]
