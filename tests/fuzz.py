"""`make fuzz`: schemathesis for long, on servers of its own. FUZZ is the number of cases.

Ends with status 1 and how to repeat each failure if there is one, or if a role sent nothing. SEED
repeats a run.
"""

import contextlib
import math
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import conftest
import fuzzing
import psycopg
from mux_service import MuxService
from tqdm import tqdm

from courseapp import create_app, migrate
from courseapp.devservers import start_servers

# Of each operation, in one round of one caller.
EXAMPLES = 100


def main(cases: int, seed: int) -> int:
    """Send at least so many requests, a quarter as each role; return the exit status."""
    print(f"fuzz: {cases} cases as {', '.join(fuzzing.ROLES)}, SEED={seed}", flush=True)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = stack.enter_context(start_servers(folder, durable=False))
        url = stack.enter_context(conftest.temporary_database(urls["DATABASE_URL"]))
        migrate.upgrade(url, say=lambda line: None)
        settings = {
            "APP_ENV": "development",
            "DATABASE_URL": url,
            "REDIS_URL": urls["REDIS_URL"],
            "SECRET_KEYS": "0" * 32,
            **stack.enter_context(MuxService()).settings,
        }
        app = create_app(settings)
        stack.callback(app.extensions["database"].close)
        return _report(*_send(app, url, cases, seed))


def _send(app, url, cases, seed):
    seen, failures, started = Counter(), {}, time.monotonic()
    share = max(1, math.ceil(cases / len(fuzzing.ROLES)))
    bar = tqdm(total=share * len(fuzzing.ROLES), unit=" cases", disable=None, mininterval=1)
    with psycopg.connect(url, autocommit=True) as conn, bar:
        users = fuzzing.make_world(conn)
        for role in fuzzing.ROLES:
            bar.set_description(role)
            done = 0
            while done < share:
                seed, before = seed + 1, done
                schema = fuzzing.make_schema(app, conn, users[role], EXAMPLES, seed)
                for sent, failed in fuzzing.run(schema):
                    done += len(sent)
                    seen.update((role, status) for _, _, status in sent)
                    failures |= {(role, *what): how for what, how in failed.items()}
                    bar.update(len(sent))
                    if done >= share:
                        break
                if not sys.stderr.isatty():
                    print(f"fuzz: {seen.total()} cases, {len(failures)} failures", flush=True)
                if done == before:
                    failures[role, "error"] = f"A whole round, of seed {seed}, sent nothing"
                    break
    return seen, failures, time.monotonic() - started


def _report(seen, failures, seconds):
    for role in fuzzing.ROLES:
        statuses = sorted((s or 0, n) for (who, s), n in seen.items() if who == role)
        print(f"{role:>12}: " + ", ".join(f"{status}: {n}" for status, n in statuses))
    for what, how in sorted(failures.items()):
        print(f"\n{' · '.join(what)}\n{how}")
    print(f"fuzz: {seen.total()} cases in {seconds:.0f} s, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    chosen = int(os.environ.get("SEED") or random.randrange(10**6))
    sys.exit(main(int(os.environ.get("FUZZ") or 100_000), chosen))
