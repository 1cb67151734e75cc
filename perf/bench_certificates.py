"""What certificates cost: rendering, waiting for the file, and a burst of them.

    .venv/bin/python -m perf.bench_certificates [--burst 200] [--seconds 20]

Rendering is measured beside a bare WeasyPrint render of the very same page (no tags, no archive
format, nothing attached), one after the other in each round, and what counts is their ratio. The
rest goes through the service as `make run` starts it: two gunicorn workers, and a worker for
certificates with lower priority. Waiting is from the POST to the last byte of the PDF, asked for
every 5 ms, and where many wait every 50 ms: asking takes the processors from rendering. Progress
updates arrive at a fixed rate, whatever their answers take, and are timed from when they were due.
"""

import argparse
import itertools
import json
import os
import secrets
import signal
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median, quantiles

from tabulate import tabulate
from tqdm import tqdm

from courseapp import certificate_document, create_app
from courseapp.certificate_document import page
from courseapp.config import CHECKOUT
from courseapp.credential_keys import new_key
from courseapp.credentials import Completion, Signer, make_credential
from courseapp.db import connect_as_owner, queries
from courseapp.devprocess import Child
from courseapp.devservers import start_servers
from courseapp.devstack import as_service, run_command
from perf.service import ask, serve

API = "/api/v1"
LEARNERS = 1500
DATA = ("seed", "load", "--users", str(LEARNERS), "--courses", "20", "--progress", "150000")
ROUNDS = 30
# Progress updates a second. Each learner sends one in more than five seconds.
UPDATES = 40
PUBLIC_URL = "https://api.example.com"


def rendering() -> list[list[str]]:
    """Rows: what rendering takes, with the yardstick."""
    key = bytes(range(32))
    says = {
        "learner_name": "Łucja Śródka-Źdźbłowska",
        "course_title": "Analytical Engines from First Principles",
        "language": "en",
        "completed_on": date(2026, 3, 1),
        "issued_at": datetime(2026, 3, 2, tzinfo=UTC),
        "issuer_name": "Northwind Academy",
        "verify_url": f"{PUBLIC_URL}{API}/certificates/verify/mZ3kP0aIlO1xWq7_r-bTeg",
    }
    certificate = certificate_document.Certificate(
        code="mZ3kP0aIlO1xWq7_r-bTeg", signatory_name="Grace Hopper", **says
    )
    completion = Completion(certificate_id=7, course_id=3, public_url=PUBLIC_URL, **says)
    signer = Signer(key)
    credential = make_credential(signer, completion)
    markup = _markup(certificate)
    style, fonts = page._style()

    def bare() -> None:
        document = page.HTML(string=markup, url_fetcher=page.ORNAMENTS)
        document.write_pdf(stylesheets=[style], font_config=fonts)

    rows = {
        "bare WeasyPrint, the same page": bare,
        "certificate": lambda: certificate_document.render(certificate, credential),
        "credential": lambda: make_credential(signer, completion),
    }
    times: dict[str, list[float]] = {name: [] for name in rows}
    for work in rows.values():
        work()
    for _ in tqdm(range(ROUNDS), unit=" rounds", leave=False, disable=None):
        for name, work in rows.items():
            started = time.perf_counter()
            work()
            times[name].append(time.perf_counter() - started)
    yardstick = times["bare WeasyPrint, the same page"]
    return [
        [name, _ms(median(found)), f"{median(map(_ratio, found, yardstick)):.2f}"]
        for name, found in times.items()
    ]


def _ratio(one: float, other: float) -> float:
    return one / other


def _markup(certificate: certificate_document.Certificate) -> str:
    """The page's final HTML."""
    seen, html = [], page.HTML

    def noting(string: str, **options):
        seen.append(string)
        return html(string=string, **options)

    page.HTML = noting
    try:
        certificate_document.render(certificate)
    finally:
        page.HTML = html
    return seen[-1]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"


class Learner:
    """A load account that is logged in."""

    def __init__(self, port: int, number: int):
        self._port = port
        login = {"email": f"load{number:06d}@example.com", "password": "password123"}
        headers = {"X-Forwarded-For": f"10.1.{number // 250}.{number % 250 + 1}"}
        response, _ = ask(port, "POST", f"{API}/auth/login", login, headers=headers)
        self.token = response.headers["Set-Cookie"].partition("access_token=")[2].partition(";")[0]
        taken = self.get("enrollments/me?limit=100")["items"]
        held = {one["course_id"] for one in self.get("certificates/me?limit=100")["items"]}
        self.due = [
            one["course_id"]
            for one in taken
            if one["completed_at"] and one["course_id"] not in held
        ]
        progress = self.get(f"progress/courses/{taken[0]['course_id']}")
        self.lesson_id = progress["lessons"][0]["lesson_id"]

    def get(self, path: str) -> dict:
        """What a path answers."""
        return json_of(ask(self._port, "GET", f"{API}/{path}", token=self.token))

    def update(self) -> int:
        """Report progress; the status."""
        body = {"watched_seconds": 1, "last_position_seconds": 1, "completion_percentage": 1}
        path = f"{API}/progress/lessons/{self.lesson_id}"
        return ask(self._port, "POST", path, body, self.token)[0].status

    def issue(self, course_id: int) -> int:
        """Issue a certificate; its id."""
        path = f"{API}/certificates/courses/{course_id}"
        response, body = ask(self._port, "POST", path, token=self.token)
        if response.status != 201:
            raise RuntimeError(f"{response.status} {body!r}")
        return json_of((response, body))["id"]

    def download(self, certificate_id: int, pause: float = 0.05) -> None:
        """Wait for the PDF, asking again after `pause` seconds."""
        path = f"{API}/certificates/{certificate_id}/pdf"
        while ask(self._port, "GET", path, token=self.token)[0].status == 202:
            time.sleep(pause)


def json_of(answer) -> dict:
    """The body of an answer that has to be good."""
    response, body = answer
    if response.status >= 300:
        raise RuntimeError(f"{response.status} {body!r}")
    return json.loads(body)


def prepare(stack: ExitStack, folder: Path) -> int:
    """Start the service and its worker; the port."""
    urls = stack.enter_context(start_servers(folder / "servers", durable=True))
    settings = {
        "APP_ENV": "development",
        "SECRET_KEYS": secrets.token_urlsafe(48),
        "CREDENTIAL_KEY": new_key(),
        "PUBLIC_URL": PUBLIC_URL,
        "TRUSTED_PROXIES": "127.0.0.1",
    }
    settings |= as_service(urls)
    app = create_app(settings)
    run_command(app, "db", "upgrade")
    with connect_as_owner(app) as conn:
        queries.db.create_service_login(conn)
    run_command(app, *DATA)
    port = serve(stack, folder, "web", "wsgi:app", settings, workers=2)
    argv = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]
    argv += ["--queue", "certificates"]
    worker = Child(
        "worker",
        argv,
        signal.SIGTERM,
        folder / "worker.log",
        before=("nice", "-n", "19"),
        cwd=CHECKOUT,
        env=os.environ | settings,
    )
    stack.callback(worker.stop)
    return port


def updates(watching: list[Learner], seconds: float, until: threading.Event | None = None):
    """Send updates at a fixed rate; the seconds from when each was due to its answer."""
    learners, times = itertools.cycle(watching), []
    started = time.monotonic()

    def send(learner: Learner, due: float) -> None:
        status = learner.update()
        times.append(time.monotonic() - due)
        if status != 200:
            raise RuntimeError(f"an update was answered {status}")

    with ThreadPoolExecutor(32) as threads:
        sent = []
        for n in itertools.count():
            due = started + n / UPDATES
            if due - started > seconds or (until and until.is_set()):
                break
            time.sleep(max(0.0, due - time.monotonic()))
            sent.append(threads.submit(send, next(learners), due))
        for one in sent:
            one.result()
    return times


def p(times: list[float], percent: int) -> float:
    """A percentile."""
    return quantiles(times, n=100, method="inclusive")[percent - 1]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--burst", type=int, default=200, help="certificates at once")
    parser.add_argument("--seconds", type=float, default=20, help="of updates, and of arrivals")
    options = parser.parse_args()
    print(tabulate(rendering(), ["", "median", "of bare"], colalign=("left", "right", "right")))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = prepare(stack, folder)
        watching = [
            Learner(port, n)
            for n in tqdm(range(1, 6 * UPDATES), desc="logging in", leave=False, disable=None)
        ]
        through_the_service(port, watching, options.burst, options.seconds)


def through_the_service(port: int, watching: list[Learner], burst: int, seconds: float) -> None:
    """Print what waiting takes, alone, in a burst and at a steady rate."""
    numbers = itertools.count(len(watching) + 1)
    due = [(learner, course_id) for learner in watching for course_id in learner.due]

    def take(count: int) -> list[tuple[Learner, int]]:
        while len(due) < count:
            learner = Learner(port, next(numbers))
            due.extend((learner, course_id) for course_id in learner.due)
        taken, due[:count] = due[:count], []
        return taken

    def wait_for(one: tuple[Learner, int], pause: float = 0.05) -> float:
        started = time.monotonic()
        learner, course_id = one
        learner.download(learner.issue(course_id), pause)
        return time.monotonic() - started

    wait_for(*take(1))
    alone = [wait_for(one, 0.005) for one in take(40)]
    idle = updates(watching, seconds)

    crowd, done = take(burst), threading.Event()
    with ThreadPoolExecutor(9) as threads:
        busy = threads.submit(updates, watching, 600, done)
        time.sleep(1)
        started = time.monotonic()
        issued = list(threads.map(lambda one: (one[0], one[0].issue(one[1])), crowd))
        posted = time.monotonic() - started
        for learner, certificate_id in issued:
            learner.download(certificate_id)
        drained = time.monotonic() - started
        done.set()
        during = busy.result()
    rate = burst / drained

    steady = take(int(0.8 * rate * seconds))
    with ThreadPoolExecutor(64) as threads:
        begun = time.monotonic()
        waits = []
        for n, one in enumerate(steady):
            time.sleep(max(0.0, begun + n / (0.8 * rate) - time.monotonic()))
            waits.append(threads.submit(wait_for, one))
        waits = [one.result() for one in waits]

    table = [
        ["from POST to PDF, alone", f"median {_ms(median(alone))}, p95 {_ms(p(alone, 95))}"],
        [f"{burst} at once", f"issued in {posted:.1f} s, drained in {drained:.1f} s, {rate:.1f}/s"],
        [
            f"arriving at 80 % of that, {len(steady)}",
            f"median {_ms(median(waits))}, p95 {_ms(p(waits, 95))}",
        ],
        ["updates, idle", f"p50 {_ms(median(idle))}, p99 {_ms(p(idle, 99))}"],
        [
            "updates, during the burst",
            f"p50 {_ms(median(during))}, p99 {_ms(p(during, 99))},"
            f" {p(during, 99) / p(idle, 99):.1f} times the idle p99",
        ],
    ]
    print(tabulate(table))


if __name__ == "__main__":
    main()
