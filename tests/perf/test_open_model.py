"""The client of the open model sees a server that stalls; one of the closed model does not."""

import json
import os
import signal
import socket
import threading
import time
from multiprocessing import get_context

import psutil
import pytest
from geventhttpclient.client import HTTPClient
from live import gunicorn

from perf.clients import last_second
from perf.clients.closed_model import send_in_loop
from perf.clients.open_model import Call, client_processes, send_at_rate
from perf.clients.saturate import request, saturate
from perf.percentiles import percentile
from perf.results import NO_ANSWER

STALL_SECONDS = 1.0


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """A gunicorn with one worker, whose views do nothing."""
    settings = {"BARE_BYTES": json.dumps([100]), "WEB_CONCURRENCY": "1"}
    log = tmp_path_factory.mktemp("bare") / "bare.log"
    with gunicorn(settings, log, arguments=["perf.bench.bare:bare()"]) as (_, address):
        yield int(address.rpartition(":")[2])


def stall(port, after):
    """Stop the worker for STALL_SECONDS, some seconds from now."""
    (listening,) = {
        one.pid
        for one in psutil.net_connections("tcp")
        if one.status == "LISTEN" and one.laddr.port == port and _is_child(one.pid)
    }
    time.sleep(after)
    os.kill(listening, signal.SIGSTOP)
    time.sleep(STALL_SECONDS)
    os.kill(listening, signal.SIGCONT)


def _is_child(pid):
    return "gunicorn" in " ".join(psutil.Process(psutil.Process(pid).ppid()).cmdline())


@pytest.fixture
def stalled(port):
    """A function that stalls the server a second from now."""
    threads = []

    def begin():
        threads.append(threading.Thread(target=stall, args=(port, 1)))
        threads[0].start()

    yield begin
    threads[0].join()


def test_it_sees_a_server_that_stalls(port, stalled):
    call = Call("GET /100", "GET", "/100")
    stalled()
    arrived = send_at_rate("some", f"http://127.0.0.1:{port}", [call], 100, 3)
    assert len(arrived.requests) == 300
    assert not any(one.is_error for one in arrived.requests)
    # Who came in the first half of the second waited for more than the other half; on a busy
    # machine the second is longer.
    waited = sum(one.seconds > STALL_SECONDS / 2 for one in arrived.requests)
    assert 40 <= waited <= 120
    ordered = sorted(one.seconds for one in arrived.requests)
    assert percentile(ordered, 95) > 0.4


def test_a_closed_loop_hardly_sees_it(port, stalled):
    stalled()
    answers = saturate(port, [request("GET", "/100")], 3)
    # One for each connection, of thousands.
    assert sum(seconds > STALL_SECONDS / 2 for seconds in answers.ordered) <= 8
    assert percentile(answers.ordered, 95) < 0.1


def test_a_request_waits_on_the_clock_for_its_connection(port, stalled):
    call = Call("GET /100", "GET", "/100")
    stalled()
    url = f"http://127.0.0.1:{port}"
    arrived = send_at_rate("some", url, [call], 20, 3, connections=1)
    waits = [one.seconds for one in arrived.requests]
    assert max(waits) > 0.8
    # Twenty came meanwhile, each a twentieth of a second later.
    assert sum(seconds > 0.2 for seconds in waits) >= 12


def test_no_answer_is_an_error_and_not_nothing():
    call = Call("GET /", "GET", "/")
    arrived = send_at_rate("some", "http://127.0.0.1:9", [call], 50, 0.2)
    assert [one.status for one in arrived.requests] == [NO_ANSWER] * 10
    assert all(one.is_error for one in arrived.requests)


def test_an_answer_that_is_not_good_is_an_error(port):
    call = Call("GET /nothing", "GET", "/nothing")
    arrived = send_at_rate("some", f"http://127.0.0.1:{port}", [call], 50, 0.2)
    assert {(one.status, one.is_error) for one in arrived.requests} == {(404, True)}


def test_what_clients_see_is_seen_while_they_send(port):
    url, call = f"http://127.0.0.1:{port}", Call("GET /nothing", "GET", "/nothing")
    with client_processes(2) as pool:
        job = pool.submit(send_at_rate, "some", url, [call], 30, 4)
        while not (seen := pool.last_second.read()).answers:
            assert not job.done()
            time.sleep(0.05)
    assert seen.errors > 0
    assert seen.p95 > 0
    # It has ended.
    assert pool.last_second.read().answers == 0


def test_what_two_see_is_seen_together_until_they_say_nothing_any_more(monkeypatch):
    context = get_context("spawn")
    seen = last_second.LastSecond(context, 3)
    for one in (last_second.Second(1000, 0.012, 0), last_second.Second(38, 0.002, 1)):
        # As in processes of their own.
        seen.join()
        seen.write(one)
    assert str(seen.read()) == "1,038/s, p95 12 ms, 1 errors"
    monkeypatch.setattr(last_second, "STALE_SECONDS", 0)
    assert str(seen.read()) == "0/s, 0 errors"


@pytest.fixture
def silent():
    """The URL of a server that takes every connection and never answers."""
    assert HTTPClient  # What importing it takes is not the client's time.
    with socket.create_server(("127.0.0.1", 0), backlog=500) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("send", [send_at_rate, send_in_loop])
def test_the_clients_share_is_of_the_time_in_which_it_sends(silent, send):
    calls = [Call("POST /", "POST", "/", body=b"x" * 10_000)]
    timeout, number = 3, 200
    before, begun = time.process_time(), time.monotonic()
    arrived = send("some", silent, calls, number, 0.5, timeout=timeout)
    used, took = time.process_time() - before, time.monotonic() - begun
    assert [one.status for one in arrived.requests] == [NO_ANSWER] * len(arrived.requests)
    assert took > timeout
    # Were the waiting counted, it would be a sixth of it. Threads of other tests use some, too.
    assert arrived.client_cpu > 1.5 * used / took


def test_clients_end_when_what_they_are_for_fails(silent):
    begun = time.monotonic()
    with pytest.raises(RuntimeError), client_processes() as pool:
        job = pool.submit(send_at_rate, "some", silent, [Call("GET /", "GET", "/")], 1, 60)
        while not job.running():
            time.sleep(0.01)
        raise RuntimeError
    assert time.monotonic() - begun < 10
