"""Migrations: the files of migrations/, applied one run at a time.

`0007_name.sql` is applied, `0007_name.rollback.sql` takes it back; a migration
that cannot be taken back says why in a line `-- irreversible: <reason>`. Each
file is one transaction, unless it begins with `-- transactional: false`, as
`create index concurrently` needs. Such a file can stop half way, so it begins
with `drop index concurrently if exists`, with `set lock_timeout = 0`, because
waiting for older transactions counts as waiting for a lock, and with
`set statement_timeout = 0`. A transactional one gives up a lock that it does
not get within a second, lets the service through, and tries again.

The URL must lead to PostgreSQL itself, or to a pooler in session mode.
"""

import glob
import re
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import click
import psycopg
from yoyo import read_migrations
from yoyo.exceptions import BadMigration
from yoyo.migrations import Migration, MigrationList

from courseapp.config import RESOURCES
from courseapp.db import queries
from courseapp.yoyo_backend import locked_backend

FOLDER = RESOURCES / "migrations"
# What this version needs, read once: /readyz compares it with the database.
MIGRATIONS = tuple(
    sorted(f.stem for f in FOLDER.glob("*.sql") if not f.name.endswith(".rollback.sql"))
)


# Between the tries for a lock that somebody holds.
RETRY_SECONDS = (1, 2, 4, 8, 16)


class MigrationError(click.ClickException):
    """A migration could not be applied or taken back; the message says which and why."""


def upgrade(
    url: str, folder: Path = FOLDER, say: Callable[[str], object] = click.echo
) -> list[str]:
    """Apply what is missing, in order, and return it. Safe to run on many hosts at once.

    :raise MigrationError: if one fails; those before it stay.
    :raise psycopg.OperationalError: if the server cannot be reached, or goes away.
    """
    with locked_backend(url, say) as backend:
        missing = list(backend.to_apply(_read(folder)))
        for migration in missing:
            seconds = _run(backend.apply_one, migration, Path(migration.path).name, say)
            say(f"applied {migration.id} in {seconds:.2f} s")
    return [migration.id for migration in missing]


def rollback(
    url: str, names: Sequence[str], folder: Path = FOLDER, say: Callable[[str], object] = click.echo
) -> None:
    """Take back `names`, as `newest` has just listed them.

    :raise MigrationError: if they are not the newest any more, one is irreversible, or one fails.
    :raise psycopg.OperationalError: if the server cannot be reached, or goes away.
    """
    with locked_backend(url, say) as backend:
        if newest(backend.connection, len(names), folder) != list(names):
            raise MigrationError("other migrations were applied or taken back meanwhile: try again")
        by_name = {migration.id: migration for migration in _read(folder)}
        for name in names:
            seconds = _run(backend.rollback_one, by_name[name], f"{name}.rollback.sql", say)
            say(f"rolled back {name} in {seconds:.2f} s")


def newest(conn: psycopg.Connection, count: int, folder: Path = FOLDER) -> list[str]:
    """The last `count` migrations of this database, newest first.

    :raise MigrationError: if one of them cannot be taken back, saying why.
    """
    names = sorted(applied(conn), reverse=True)[:count]
    for name in names:
        source = folder / f"{name}.sql"
        if not source.is_file():
            raise MigrationError(f"{name} is of another version: use that one to roll it back")
        if not (folder / f"{name}.rollback.sql").is_file():
            reason = re.search(r"^-- irreversible: *(.+)", source.read_text("utf-8"), re.MULTILINE)
            why = reason[1] if reason else f"there is no {name}.rollback.sql"
            raise MigrationError(f"{name} cannot be rolled back: {why}")
    return names


def applied(conn: psycopg.Connection) -> dict[str, datetime]:
    """The migrations this database has and when each was applied; none if it has no record."""
    try:
        return dict(queries.health.list_applied_migrations(conn))
    except psycopg.errors.UndefinedTable:
        return {}


def pending(conn: psycopg.Connection) -> list[str]:
    """What this version needs and the database lacks. One statement.

    Empty too on a newer database, as while a deployment rolls. `conn` must be in
    autocommit mode: on a database that was never migrated the statement fails.
    """
    done = applied(conn)
    return [name for name in MIGRATIONS if name not in done]


def _read(folder: Path) -> MigrationList:
    migrations = read_migrations(glob.escape(str(folder)))
    for migration in migrations:
        try:
            migration.load()
        except (BadMigration, KeyError, UnicodeDecodeError) as error:
            raise MigrationError(f"{Path(migration.path).name} cannot be read: {error}") from error
    return migrations


def _run(
    step: Callable[[Migration], None],
    migration: Migration,
    name: str,
    say: Callable[[str], object],
) -> float:
    """Seconds that it took."""
    started = time.monotonic()
    try:
        for pause in RETRY_SECONDS if migration.use_transactions else ():
            try:
                step(migration)
                break
            except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
                say(f"{name}: a table is in use; trying again in {pause} s")
                time.sleep(pause)
        else:
            step(migration)
    except psycopg.Error as error:
        lines = [f"{name} failed: {_first(error)}"]
        if isinstance(_first(error), psycopg.errors.LockNotAvailable):
            lines.append("Another transaction holds that lock (pg_stat_activity): try again.")
        if migration.use_transactions:
            lines.append("Nothing of it was kept.")
        else:
            lines.append("It is not transactional: what it had done may still be there.")
        raise MigrationError("\n".join(lines)) from error
    return time.monotonic() - started


def _first(error: BaseException) -> BaseException:
    """A lost connection fails once more while it is cleaned up; the first error says why."""
    while isinstance(error.__context__, psycopg.Error):
        error = error.__context__
    return error
