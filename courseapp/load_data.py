"""Production-sized data: learners, courses and what they did with them. sql/load/ makes them."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import resources

from psycopg import Connection
from tqdm import tqdm

from courseapp.awards import award_achievements, update_leaderboard
from courseapp.backfill import batches
from courseapp.cache_drops import Drops
from courseapp.cache_trust import EVERYTHING
from courseapp.db import queries
from courseapp.passwords import hash_password
from courseapp.rendering import render_stale
from courseapp.statistics import refresh

PASSWORD = "password123"
# Some seconds of work, and a sort that fits in memory.
BATCH_ROWS = 200_000
# Rendering hundreds of thousands takes hours; the service only passes them on.
_EMPTY_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


@dataclass(frozen=True)
class Size:
    """How much: learners, courses, and lessons begun by all learners together."""

    users: int
    courses: int
    progress: int


@dataclass(frozen=True)
class Existing:
    """What a database has already: load data or None, and accounts of other people."""

    size: Size | None
    is_vacuumed: bool
    others: int


class DoesNotFitError(ValueError):
    """So few learners in so few courses cannot begin so many lessons."""


def existing(conn: Connection) -> Existing:
    """What is in the database that a load would add to."""
    demo = [person["email"] for person in json.loads(_demo("people.json"))]
    sizes, is_vacuumed, others = queries.load.get_load(conn, demo_emails=demo)
    return Existing(Size(**sizes) if sizes else None, is_vacuumed, others)


def load(conn: Connection, drops: Drops, size: Size, say: Callable[[str], object]) -> None:
    """Add the load data, in one transaction: whatever interrupts it leaves things as they were.

    The tables that get millions of rows are locked, and without keys, until it ends.
    `vacuum` comes next.

    :raise DoesNotFitError: saying how many would.
    """
    queries.load.begin_load(conn)
    with conn.transaction():
        say(f"Making {size.users:,} learners and {size.courses:,} courses …")
        _make_accounts_and_courses(conn, size)
        queries.load.drop_keys(conn)
        say("Planning who takes which courses …")
        enrollments, lessons = _plan(conn, size.progress)
        if lessons < size.progress:
            raise DoesNotFitError(f"only {lessons:,} lessons would be begun")
        say(f"Making {enrollments:,} enrollments and {lessons:,} lessons begun …")
        queries.load.create_enrollments(conn)
        entries = _make_progress(conn, lessons)
        say(f"Making points, active days and streaks of {entries:,} lessons completed …")
        queries.load.create_activity_days(conn)
        queries.load.create_points(conn)
        queries.load.create_streaks(conn)
        queries.load.create_certificates(conn, pdf=_EMPTY_PDF)
        say("Putting the keys and indexes back …")
        missing = queries.load.count_missing_keys(conn)
        for _ in tqdm(range(missing), unit=" keys", disable=None):
            queries.load.create_next_key(conn)
        queries.load.analyze_activity(conn)
        say("Giving places on the leaderboards and achievements …")
        for user_ids in batches(conn):
            # As if everybody who opted in did so now.
            update_leaderboard(conn, dict.fromkeys(user_ids, 0))
            update_leaderboard(conn, award_achievements(conn, user_ids))
        queries.load.record_load(conn, **asdict(size))
        drops.record(conn, EVERYTHING)


def vacuum(conn: Connection, say: Callable[[str], object]) -> None:
    """Bring the courses' numbers, statistics and visibility to where a database in use has them."""
    say("Counting the courses' numbers …")
    queries.load.begin_load(conn)
    refresh(conn)
    say("Vacuuming and analysing …")
    queries.load.vacuum(conn)


def _make_accounts_and_courses(conn: Connection, size: Size) -> None:
    password_hash = hash_password(PASSWORD)
    queries.load.create_users(
        conn, document=_demo("people.json"), password_hash=password_hash, users=size.users
    )
    queries.load.create_instructors(conn, password_hash=password_hash)
    queries.load.create_courses(conn, document=_demo("courses.json"), courses=size.courses)
    queries.load.create_uploads(conn)
    render_stale(conn)
    queries.load.analyze_base(conn)
    queries.load.create_sessions(conn)
    queries.load.create_login_failures(conn)
    queries.load.create_tokens(conn)


def _plan(conn: Connection, progress: int) -> tuple[int, int]:
    """The numbers of enrollments and of lessons begun that were planned."""
    queries.load.create_plan_table(conn)
    queries.load.plan_enrollments(conn, progress=progress, batch_rows=BATCH_ROWS)
    queries.load.analyze_plan(conn)
    return queries.load.get_plan_size(conn)


def _make_progress(conn: Connection, lessons: int) -> int:
    """The number of entries in the ledger."""
    batch = made = entries = 0
    with tqdm(total=lessons, unit=" lessons", unit_scale=True, disable=None) as bar:
        while made < lessons:
            begun, completed = queries.load.create_progress(conn, batch=batch)
            bar.update(begun)
            made, entries, batch = made + begun, entries + completed, batch + 1
    return entries


def _demo(name: str) -> str:
    return resources.files("courseapp.demo").joinpath(name).read_text(encoding="utf-8")
