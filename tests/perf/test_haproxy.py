"""deploy/haproxy.cfg: what clients get when gunicorns are away or die, and what is logged."""

import contextlib
import os
import re
import shutil
import signal
import socket
import socketserver
import threading
import time

import pytest

from courseapp.devprocess import Child
from courseapp.errors import PROBLEMS
from perf.clients.ask import ask
from perf.haproxy import is_ready, is_there, statistics
from perf.web import HAPROXY, SBIN, free_port

OK = b"HTTP/1.1 200 OK\r\nX-Request-ID: of-the-answer\r\nContent-Length: 2\r\n\r\n{}"


class Backend(socketserver.ThreadingTCPServer):
    """In gunicorn's place: is ready, counts requests, and answers them or closes without a word."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, answers=False, ready_after=0):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.ready_after, self.requests = answers, ready_after, []
        threading.Thread(target=self.serve_forever, args=[0.05], daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.server_address[1]}"

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        if not (request := self.rfile.readline().decode().rsplit(" ", 1)[0]):
            return
        length = 0
        while (line := self.rfile.readline().strip().lower()) != b"":
            length = int(line.split()[1]) if line.startswith(b"content-length:") else length
        self.rfile.read(length)
        if request == "GET /readyz":
            time.sleep(self.server.ready_after)
            self.wfile.write(OK)
            return
        self.server.requests.append(request)
        if self.server.answers:
            self.wfile.write(OK)


def answers(port):
    try:
        return ask(port, "GET", "/livez")[0].status
    except OSError:
        return None


@contextlib.contextmanager
def haproxy(folder, *webs):
    """HAProxy in front of these addresses: its port, and its log."""
    folder.mkdir(exist_ok=True)
    port, log = free_port(), folder / "log"
    addresses = {
        "COURSEAPP_BIND": f"127.0.0.1:{port} name front",
        "COURSEAPP_STATS": str(folder / "stats"),
    }
    addresses |= {f"COURSEAPP_WEB_{number}": web for number, web in enumerate(webs, 1)}
    program = shutil.which("haproxy", path=os.environ["PATH"] + SBIN)
    argv = [program, "-db", "-f", HAPROXY]
    child = Child("HAProxy", argv, signal.SIGTERM, log, env=os.environ | addresses)
    try:
        child.wait(lambda: answers(port), 20)
        yield port, log
    finally:
        child.stop()


def find(path, server):
    """What HAProxy says of a gunicorn."""
    [row] = [row for row in statistics(path) if (row["pxname"], row["svname"]) == ("web", server)]
    return row


def logged(log, path):
    """The line about the only request of a path; it is written when the answer has been sent."""
    deadline = time.monotonic() + 5
    while not (lines := [line for line in log.read_text().splitlines() if path in line]):
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.01)
    [line] = lines
    return line


@pytest.fixture
def port(tmp_path):
    """HAProxy in front of nothing."""
    with haproxy(tmp_path, f"unix@{tmp_path}/nobody") as (port, _):
        yield port


@pytest.fixture(scope="module")
def dying(tmp_path_factory):
    """HAProxy's port in front of a backend that reads each request and closes; and the backend."""
    with (
        Backend() as backend,
        haproxy(tmp_path_factory.mktemp("dying"), backend.address) as (port, _),
    ):
        yield port, backend


@pytest.mark.parametrize("path", ["/api/v1/courses", "/api/v1/certificates/courses/1"])
def test_without_a_gunicorn_the_answer_has_the_shape_of_all_errors(port, path):
    method = "POST" if "certificates" in path else "GET"
    response, body = ask(port, method, path)
    assert response.status == 503
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Retry-After"] == "1"
    title = PROBLEMS["unavailable"][1]
    assert body.decode() == (f'{{"type":"/problems/unavailable","title":"{title}","status":503}}')


ONCE, THREE_TIMES = 1, 3
KEY = {"Idempotency-Key": "mine"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "times"),
    [
        ("GET", "courses?q=sql", {}, THREE_TIMES),
        ("POST", "progress/lessons/7", {}, THREE_TIMES),
        ("POST", "courses/7/enroll", {}, THREE_TIMES),
        ("DELETE", "courses/7/enroll", {}, THREE_TIMES),
        ("POST", "certificates/courses/7", {}, THREE_TIMES),
        ("POST", "courses", {}, ONCE),
        ("POST", "courses", KEY, THREE_TIMES),
        ("POST", "courses/import", KEY, THREE_TIMES),
        ("POST", "courses/7/modules", KEY, THREE_TIMES),
        ("POST", "modules/7/lessons", {}, ONCE),
        ("POST", "modules/7/lessons", KEY, THREE_TIMES),
        # They do not heed a key.
        ("POST", "auth/login", KEY, ONCE),
        ("POST", "lessons/7/uploads", KEY, ONCE),
        ("POST", "certificates/7/reissue", {}, ONCE),
        ("POST", "auth/refresh", {}, ONCE),
        ("PATCH", "courses/7", {}, ONCE),
        ("PUT", "courses/7/outline", {"If-Match": '"v1-0"'}, ONCE),
        ("DELETE", "courses/7", {}, ONCE),
    ],
)
def test_only_what_is_safe_to_repeat_is_sent_again(dying, method, path, headers, times):
    port, backend = dying
    backend.requests.clear()
    body = {"title": "SQL"} if method != "GET" else None
    response, _ = ask(port, method, f"/api/v1/{path}", body, headers=headers)
    assert backend.requests == [f"{method} /api/v1/{path}"] * times
    assert response.status == 502
    assert response.headers["Content-Type"] == "application/problem+json"


@contextlib.contextmanager
def ready(folder, *backends):
    """HAProxy when its first checks have found all ready: its port, and its statistics' socket."""
    with haproxy(folder, *[one.address for one in backends]) as (port, _):
        for number in range(1, len(backends) + 1):
            end = time.monotonic() + 20
            while not is_ready(folder / "stats", f"web{number}"):
                assert time.monotonic() < end
                time.sleep(0.05)
        yield port, folder / "stats"


def test_a_socket_on_which_nobody_listens_yet_is_not_there(tmp_path):
    path = tmp_path / "stats"
    assert not is_there(path)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))
        assert not is_there(path)
    with Backend(answers=True) as web, haproxy(tmp_path / "run", web.address):
        assert is_there(tmp_path / "run/stats")


def test_a_gunicorn_that_has_not_been_checked_yet_is_not_ready(tmp_path):
    with (
        Backend(answers=True, ready_after=20) as slow,
        haproxy(tmp_path, slow.address) as (port, _),
    ):
        # Though HAProxy sends it what comes.
        assert answers(port) == 200
        assert not is_ready(tmp_path / "stats", "web1")


def test_a_gunicorn_that_is_busy_is_not_away(tmp_path):
    with Backend(answers=True) as busy, ready(tmp_path, busy) as (port, statistics):
        busy.ready_after = 2
        end = time.monotonic() + 7
        while time.monotonic() < end:
            assert find(statistics, "web1")["status"].startswith("UP")
            assert answers(port) == 200
            time.sleep(0.1)


def test_a_gunicorn_that_hangs_is_left_out_and_taken_back(tmp_path):
    hung, web = Backend(), Backend(answers=True)
    with hung, web, ready(tmp_path, hung, web) as (port, statistics):
        hung.ready_after, begun = 20, time.monotonic()
        seen = set()
        while (status := find(statistics, "web1")["status"]) != "DOWN":
            seen.add(status)
            assert time.monotonic() < begun + 20
            time.sleep(0.1)
        # Not after the first check that fails.
        assert "UP 1/2" in seen
        assert time.monotonic() > begun + 5
        assert {ask(port, "POST", "/api/v1/auth/login")[0].status for _ in range(4)} == {200}
        hung.ready_after = 0
        while not is_ready(statistics, "web1"):
            assert time.monotonic() < begun + 40
            time.sleep(0.1)


def test_whatever_could_not_be_sent_goes_to_another_gunicorn(tmp_path):
    with (
        Backend(answers=True) as alive,
        Backend(answers=True) as gone,
        haproxy(tmp_path, gone.address, alive.address) as (port, log),
    ):
        gone.shutdown()
        gone.server_close()
        # HAProxy does not know yet that it is gone; one of two requests is meant for it.
        for path in ("login", "logout"):
            assert ask(port, "POST", f"/api/v1/auth/{path}")[0].status == 200
        lines = [logged(log, f"/api/v1/auth/{path}") for path in ("login", "logout")]
    assert any(re.search(r" web/web2 -- \+[12] ", line) for line in lines)
    assert len([request for request in alive.requests if "auth" in request]) == 2


def test_each_request_is_logged_with_times_and_id_and_without_its_query(tmp_path):
    with Backend(answers=True) as web, haproxy(tmp_path, web.address) as (port, log):
        ask(port, "GET", "/api/v1/courses?q=whom-i-look-for")
        line = logged(log, "/api/v1/courses")
    what, times = '"GET /api/v1/courses" 200', r"\d+/\d+/\d+/\d+/\d+"
    end = rf"{what} \d+ {times} web/web1 -- 0 of-the-answer"
    assert re.fullmatch(rf"127\.0\.0\.1 \[[^]]+\] {end}", line)


def test_what_haproxy_answers_itself_is_logged_with_how_often_it_was_sent_again(tmp_path):
    with Backend() as web, haproxy(tmp_path, web.address) as (port, log):
        ask(port, "GET", "/api/v1/gamification/me")
        line = logged(log, "/api/v1/gamification/me")
    assert re.search(r'" 502 \d+ \S+ web/web1 SH 2 -$', line)
