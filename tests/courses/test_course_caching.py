"""What browsers and shared caches may keep of the catalogue, and how it travels."""

import gzip
import json

import builders
import pytest

COURSES = "/api/v1/courses"
PUBLIC = "public, max-age=0, s-maxage=10, must-revalidate"


def vary(answer):
    return {name.strip() for name in answer.headers.get("Vary", "").split(",")}


@pytest.fixture(params=["list", "search", "course"])
def public(request, catalogue):
    """The path of each public answer, long enough to be compressed, and its course."""
    course = catalogue(description="A long description. " * 100)
    path = {"list": COURSES, "search": f"{COURSES}?q=long", "course": f"{COURSES}/{course.id}"}
    return path[request.param], course


def test_a_shared_cache_may_keep_it_for_a_moment(client, public):
    assert client.get(public[0]).headers["Cache-Control"] == PUBLIC


def test_who_has_it_gets_304(client, public):
    path, _ = public
    etag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": f'"other", {etag}'})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag
    assert again.headers["Cache-Control"] == PUBLIC
    assert "Accept-Encoding" in vary(again)


def test_a_change_has_another_etag(client, conn, public):
    path, course = public
    etag = client.get(path).headers["ETag"]
    conn.execute("update courses set title = 'Changed' where id = %s", [course.id])
    again = client.get(path, headers={"If-None-Match": etag})
    assert again.status_code == 200
    assert again.headers["ETag"] != etag
    assert "Changed" in again.text


def test_it_travels_compressed_to_who_can_read_that(client, public):
    path, _ = public
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 3
    assert "Accept-Encoding" in vary(plain) & vary(packed)


def test_it_travels_as_it_is_to_who_cannot(client, public):
    for encodings in ("br", "identity", ""):
        answer = client.get(public[0], headers={"Accept-Encoding": encodings})
        assert "Content-Encoding" not in answer.headers
        assert json.loads(answer.data)


def test_who_has_it_compressed_gets_304_too(client, public):
    path, _ = public
    headers = {"Accept-Encoding": "gzip"}
    etag = client.get(path, headers=headers).headers["ETag"]
    again = client.get(path, headers=headers | {"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag
    assert "Content-Encoding" not in again.headers
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304


def test_a_small_answer_is_not_compressed(client, catalogue):
    catalogue(lessons=0)
    answer = client.get(COURSES, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers


def test_head_says_what_get_would(client, public):
    path, _ = public
    for headers in ({}, {"Accept-Encoding": "gzip"}):
        got, head = client.get(path, headers=headers), client.head(path, headers=headers)
        assert (head.status_code, head.data) == (200, b"")
        kept = ("Content-Type", "Content-Length", "Content-Encoding", "ETag", "Cache-Control")
        assert [head.headers.get(name) for name in kept] == [got.headers.get(n) for n in kept]
        assert vary(head) == vary(got)


def test_options_says_what_is_allowed(client, public):
    answer = client.options(public[0])
    assert (answer.status_code, answer.data) == (200, b"")
    assert {"GET", "HEAD", "OPTIONS"} <= set(answer.headers["Allow"].split(", "))


def test_the_list_is_one_for_all_callers(client, as_user, catalogue, learner):
    catalogue()
    anonymous, known = client.get(COURSES), as_user(learner).get(COURSES)
    assert known.headers["Cache-Control"] == anonymous.headers["Cache-Control"] == PUBLIC
    assert known.headers["ETag"] == anonymous.headers["ETag"]
    assert not {"Cookie", "Authorization"} & vary(anonymous)


def test_a_course_depends_on_who_asks(client, as_user, conn, learner):
    path = f"{COURSES}/{builders.make_course(conn).id}"
    anonymous, known = client.get(path), as_user(learner).get(path)
    assert anonymous.headers["Cache-Control"] == PUBLIC
    assert known.headers["Cache-Control"] == "private, no-cache"
    assert {"Cookie", "Authorization"} <= vary(anonymous) & vary(known)


def test_the_caller_revalidates_their_own(as_user, conn, learner):
    path = f"{COURSES}/{builders.make_course(conn).id}"
    client = as_user(learner)
    etag = client.get(path).headers["ETag"]
    again = client.get(path, headers={"If-None-Match": etag})
    assert again.status_code == 304
    assert again.headers["Cache-Control"] == "private, no-cache"


def test_a_cache_keeps_the_origins_apart(make_app, catalogue):
    course = catalogue()
    app = make_app(ALLOWED_ORIGINS="https://www.example.com,https://m.example.com")
    for path in (COURSES, f"{COURSES}/{course.id}"):
        plain = app.test_client().get(path)
        cross = app.test_client().get(path, headers={"Origin": "https://m.example.com"})
        assert cross.headers["Access-Control-Allow-Origin"] == "https://m.example.com"
        assert "Origin" in vary(plain) & vary(cross)
