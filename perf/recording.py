"""What a Locust process notes of its run, for the gate: `locust -f perf/recording.py -f …`.

The environment variable PERF_RECORD names the folder of the run and the scenario; without it
nothing is noted. Every request is kept, so that percentiles are exact.
"""

import json
import os
import time
from functools import wraps
from pathlib import Path

import gevent
from locust import events
from locust.contrib.fasthttp import FastHttpSession
from tqdm import tqdm

from perf.clients.last_second import second_of
from perf.results import NO_ANSWER, Request, Run

RECORD = json.loads(os.environ.get("PERF_RECORD") or "{}")
# What the end of the run cuts off sooner may have been quick: nothing is known of it.
CUT_OFF_SECONDS = 1.0


class Recorder:
    """Keeps what was sent, when the ramp ended, and what the client itself used."""

    def __init__(
        self, folder: str, scenario: str, zero: float, seconds: float, ends_with_users: bool
    ):
        self.folder, self.scenario, self.zero = Path(folder), scenario, zero
        self.requests: list[Request] = []
        self.failures: list[str] = []
        self.begin = self.end = None
        self.seconds, self.ends_with_users = seconds, ends_with_users
        self.bar = tqdm(total=round(seconds), desc=scenario, unit="s", disable=None)

    def on_request(
        self, request_type, name, response_time, start_time, exception=None, response=None, **_
    ):
        status = getattr(response, "status_code", None) or NO_ANSWER
        due = start_time - self.zero
        self.requests.append(
            Request(
                self.scenario,
                f"{request_type} {name}",
                due,
                response_time / 1000,
                status,
                exception is not None,
            )
        )

    def on_user_error(self, exception, **_):
        """A user's own code failed: what it would have sent is missing."""
        self.failures.append(f"{type(exception).__name__}: {exception}")

    def noting_what_is_cut_off(self, request):
        """`FastHttpSession.request`, and requests that nobody had answered when the run ended."""

        @wraps(request)
        def noting(session, method, url, name=None, **options):
            sent = time.time()
            try:
                return request(session, method, url, name=name, **options)
            except gevent.GreenletExit:
                took = time.time() - sent
                if took > CUT_OFF_SECONDS:
                    self.on_request(method, name or url, took * 1000, sent, exception="cut off")
                raise

        return noting

    def on_init(self, environment, **_):
        self.runner = environment.runner

    def on_spawning_complete(self, **_):
        if self.begin is None:
            self.begin = time.time() - self.zero
            self.cpu = time.process_time()
            gevent.spawn(self._show)
            if self.ends_with_users:
                gevent.spawn(self._quit_when_done, self.runner)
            else:
                gevent.spawn_later(self.seconds, self._note_end)

    @staticmethod
    def _quit_when_done(runner):
        while runner.user_count:
            gevent.sleep(0.1)
        runner.quit()

    def _note_end(self):
        """What is judged ends here; users who are in the middle of something still get time."""
        if self.end is None:
            self.end = time.time() - self.zero
            self.cpu = time.process_time() - self.cpu

    def _show(self):
        seen = 0
        while True:
            gevent.sleep(1)
            new, seen = self.requests[seen:], len(self.requests)
            self.bar.set_postfix_str(str(second_of(new)))
            self.bar.update(min(1, self.bar.total - self.bar.n))

    def on_quitting(self, **_):
        self.bar.close()
        if self.begin is None:
            self.begin, self.cpu = time.time() - self.zero, time.process_time()
        self._note_end()
        Run(self.folder, "", "", "").add_requests(self.requests)
        cpu = self.cpu / max(self.end - self.begin, 0.001)
        measured = {"begin": self.begin, "end": self.end, "client_cpu": cpu}
        measured |= {"failures": self.failures}
        (self.folder / f"{self.scenario}.measured.json").write_text(json.dumps(measured))


if RECORD:
    recorder = Recorder(**RECORD)
    events.init.add_listener(recorder.on_init)
    events.request.add_listener(recorder.on_request)
    events.user_error.add_listener(recorder.on_user_error)
    FastHttpSession.request = recorder.noting_what_is_cut_off(FastHttpSession.request)
    events.spawning_complete.add_listener(recorder.on_spawning_complete)
    events.quitting.add_listener(recorder.on_quitting)
