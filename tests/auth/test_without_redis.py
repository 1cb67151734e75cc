"""Logging in and registering while Redis is down: as quick, and limited in each worker."""

import contextlib
import http.client
import json
import secrets
import socket
import statistics
import time
from types import SimpleNamespace

import builders
import live
import pytest


@pytest.fixture(scope="module", params=["refuses", "hangs"])
def dead_redis(request, tmp_path_factory):
    """A Redis that is gone, or one that takes connections and never answers."""
    path = tmp_path_factory.mktemp("redis") / "redis.sock"
    with socket.socket(socket.AF_UNIX) as server:
        if request.param == "hangs":
            server.bind(str(path))
            server.listen(100)
            server.setblocking(False)
        yield SimpleNamespace(url=f"unix://{path}", socket=server)


def callers(server):
    """How many have connected to a listening socket since the last count."""
    count = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            count += 1
    return count


@pytest.fixture(scope="module")
def call(environ, dead_redis, tmp_path_factory):
    """Requests to a gunicorn with one worker, as the given address."""
    log = tmp_path_factory.mktemp("gunicorn") / "log"
    settings = {"REDIS_URL": dead_redis.url, "WEB_CONCURRENCY": "1", "TRUSTED_PROXIES": "127.0.0.1"}
    with live.gunicorn(environ | settings, log) as (_, address):

        def request(method, path, body, client):
            connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)
            headers = {"Content-Type": "application/json", "X-Forwarded-For": client}
            started = time.monotonic()
            connection.request(method, path, json.dumps(body), headers)
            response = connection.getresponse()
            answer = SimpleNamespace(
                status=response.status,
                retry_after=response.headers["Retry-After"],
                body=json.loads(response.read()),
                seconds=time.monotonic() - started,
            )
            connection.close()
            return answer

        yield request


@pytest.fixture
def post(call):
    """POSTs to auth/<name> as the given address."""
    return lambda name, body, client: call("POST", f"/api/v1/auth/{name}", body, client)


def new_account():
    email = f"{secrets.token_hex(6)}@example.com"
    return {"email": email, "password": builders.PASSWORD, "full_name": "Ada Nowak"}


def test_people_register_and_log_in_without_noticing(post):
    for _ in range(5):
        account = new_account()
        credentials = {name: account[name] for name in ("email", "password")}
        answers = [post("register", account, "192.0.2.1"), post("login", credentials, "192.0.2.1")]
        assert [answer.status for answer in answers] == [201, 200]


def test_failures_of_one_address_are_limited_all_the_same(post, quick_user):
    users = [quick_user() for _ in range(11)]
    bodies = [{"email": u.email, "password": "wrong"} for u in users[:10] for _ in range(10)]
    answers = [post("login", body, "192.0.2.2") for body in bodies]
    assert [answer.status for answer in answers] == [401] * 100
    right = {"email": users[10].email, "password": builders.PASSWORD}
    refused = post("login", right, "192.0.2.2")
    assert (refused.status, refused.body["type"]) == (429, "/problems/too_many_attempts")
    assert 250 <= int(refused.retry_after) <= 301
    assert post("login", right, "192.0.2.3").status == 200
    # Few of them asked Redis whether it is back, and none for long.
    seconds = [answer.seconds for answer in answers]
    assert statistics.median(seconds) < 0.1
    assert max(seconds) < 2


def test_failures_of_one_account_are_limited_as_ever(post, quick_user):
    body = {"email": quick_user().email, "password": "wrong"}
    codes = [post("login", body, f"192.0.2.{i}").status for i in range(10, 22)]
    assert codes == [401] * 10 + [429] * 2


@pytest.mark.parametrize("dead_redis", ["hangs"], indirect=True, scope="module")
def test_requests_without_such_a_limit_do_not_ask_redis_whether_it_is_back(call, post, dead_redis):
    post("login", {"email": "a@example.com", "password": "x"}, "192.0.2.5")
    callers(dead_redis.socket)
    time.sleep(1.1)  # It is asked once a second, at most.
    for _ in range(10):
        assert call("GET", "/api/v1/courses", None, "192.0.2.5").status == 200
    assert callers(dead_redis.socket) == 0
