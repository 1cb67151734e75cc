"""What a Locust process notes of its run, for the gate: `locust -f perf/recording.py -f …`.

The environment variable PERF_RECORD names the folder of the run and the scenario; without it
nothing is noted. Every request is kept, so that percentiles are exact.
"""

import json
import os
import time
from pathlib import Path

import gevent
from locust import events
from tqdm import tqdm

from perf.percentiles import percentile
from perf.results import NO_ANSWER, Request, Run

RECORD = json.loads(os.environ.get("PERF_RECORD") or "{}")


class Recorder:
    """Keeps what was sent, when the ramp ended, and what the client itself used."""

    def __init__(
        self, folder: str, scenario: str, zero: float, seconds: float, ends_with_users: bool
    ):
        self.folder, self.scenario, self.zero = Path(folder), scenario, zero
        self.requests: list[Request] = []
        self.begin, self.ends_with_users = None, ends_with_users
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

    def on_init(self, environment, **_):
        self.runner = environment.runner

    def on_spawning_complete(self, **_):
        if self.begin is None:
            self.begin = time.time() - self.zero
            self.cpu = time.process_time()
            gevent.spawn(self._show)
            if self.ends_with_users:
                gevent.spawn(self._quit_when_done, self.runner)

    @staticmethod
    def _quit_when_done(runner):
        while runner.user_count:
            gevent.sleep(0.1)
        runner.quit()

    def _show(self):
        seen = 0
        while True:
            gevent.sleep(1)
            new, seen = self.requests[seen:], len(self.requests)
            times = sorted(one.seconds for one in new)
            errors = sum(one.is_error for one in new)
            p95 = f"p95 {percentile(times, 95) * 1000:.0f} ms, " if times else ""
            self.bar.set_postfix_str(f"{len(new)}/s, {p95}{errors} errors")
            self.bar.update(min(1, self.bar.total - self.bar.n))

    def on_quitting(self, **_):
        self.bar.close()
        end = time.time() - self.zero
        begin = end if self.begin is None else self.begin
        cpu = 0.0 if self.begin is None else (time.process_time() - self.cpu) / (end - begin)
        Run(self.folder, "", "", "").add_requests(self.requests)
        measured = {"begin": begin, "end": end, "client_cpu": cpu}
        (self.folder / f"{self.scenario}.measured.json").write_text(json.dumps(measured))


if RECORD:
    recorder = Recorder(**RECORD)
    events.init.add_listener(recorder.on_init)
    events.request.add_listener(recorder.on_request)
    events.spawning_complete.add_listener(recorder.on_spawning_complete)
    events.quitting.add_listener(recorder.on_quitting)
