"""Jobs of the tests' own, beside the real ones."""

import pytest
from procrastinate.retry import RetryStrategy

from courseapp.db import connection
from courseapp.tasks import tasks


@pytest.fixture(scope="session")
def done():
    """What `note` was called with, in order; it fails while `done.failures` is not 0."""

    class Done(list):
        failures = 0

    found = Done()

    @tasks.task(name="note", retry=RetryStrategy(max_attempts=1, wait=0))
    def note(word):
        with connection() as conn:
            conn.execute("/* tests.note */ select 1")
        if found.failures:
            found.failures -= 1
            raise RuntimeError("asked to fail")
        found.append(word)

    yield found
    del tasks.tasks["note"]


@pytest.fixture
def work(runner):
    """Do what is due, as `flask jobs work --once`."""

    def once():
        answer = runner.invoke(args=["jobs", "work", "--once"])
        assert answer.exit_code == 0, answer.output

    return once
