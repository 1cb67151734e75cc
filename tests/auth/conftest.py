"""Accounts over HTTP, and many clients at the same moment."""

import contextlib
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address
from types import SimpleNamespace

import builders
import pytest
from argon2 import PasswordHasher

from courseapp.passwords import verify_password

PREFIX = "/api/v1/auth"


@pytest.fixture
def new_client(app):
    """Makes clients that are not logged in; without an address each gets one of its own."""

    def make(address=None, app=app, **cookies):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = address or str(IPv4Address(random.getrandbits(32)))
        for name, value in cookies.items():
            client.set_cookie(name, value)
        return client

    return make


@pytest.fixture(scope="module")
def quick_user(conn):
    """Makes users whose password is verified in no time, for tests that fail a lot."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(builders.PASSWORD)
    return lambda: builders.make_user(conn, password_hash=quick)


@pytest.fixture
def auth_call(client):
    """POSTs to auth/<name>, from the test's client or from another one."""

    def call(name, body=None, client=client, **kwargs):
        return client.post(f"{PREFIX}/{name}", json=body, **kwargs)

    return call


@pytest.fixture
def log_in(auth_call):
    """Logs a client in with a user's e-mail and password; returns the answer."""

    def call(user, password=builders.PASSWORD, **kwargs):
        return auth_call("login", {"email": user.email, "password": password}, **kwargs)

    return call


@pytest.fixture
def two_servers(make_app):
    """Two apps on one database: what one of them ends has ended on the other, too."""
    return SimpleNamespace(a=make_app(), b=make_app())


@pytest.fixture
def at_once():
    """Calls a function for each item, in threads, all at the same moment; the results."""

    def run(function, items):
        items = list(items)
        barrier = threading.Barrier(len(items))

        def start(item):
            barrier.wait(10)
            return function(item)

        with ThreadPoolExecutor(len(items)) as threads:
            return list(threads.map(start, items))

    return run


@pytest.fixture
def waits_for_lock(conn):
    """Returns when a statement of the app waits for another one's lock."""

    def wait():
        waiting = """
            select count(*) from pg_stat_activity
            where
                datname = current_database() and application_name = 'courseapp'
                and wait_event_type = 'Lock'
        """
        deadline = time.monotonic() + 10
        while conn.execute(waiting).fetchone() == (0,):
            assert time.monotonic() < deadline, "nothing waits"
            time.sleep(0.01)

    return wait


@pytest.fixture
def live_sessions(conn):
    """How many sessions of a user have not ended."""

    def count(user):
        return conn.execute(
            "select count(*) from sessions where user_id = %s and revoked_at is null", [user.id]
        ).fetchone()[0]

    return count


@pytest.fixture
def late_verification(monkeypatch):
    """Holds a call up just before it verifies the right password, while other things happen."""

    @contextlib.contextmanager
    def run(call):
        reached, go_on = threading.Event(), threading.Event()

        def verify_late(password, password_hash):
            if password == builders.PASSWORD:
                reached.set()
                go_on.wait(10)
            return verify_password(password, password_hash)

        with monkeypatch.context() as patch, ThreadPoolExecutor(1) as threads:
            patch.setattr("courseapp.accounts.verify_password", verify_late)
            future = threads.submit(call)
            assert reached.wait(10)
            patch.undo()
            yield future
            go_on.set()

    return run
