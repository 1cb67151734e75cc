"""`make explain`: `flask db explain` on ten million lessons begun, on servers of its own.

Their data stay in .dev/explain, so that they are loaded once.
"""

import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from courseapp import create_app
from courseapp.database_copy import copied
from courseapp.db import connect_as_owner, queries
from courseapp.devprocess import ServerError
from courseapp.devservers import start_servers
from courseapp.devstack import DEV, as_service, run_command
from courseapp.explain_sources import LEARNERS

FOLDER = DEV / "explain" if DEV else None
# A small server of the kind that would hold this database: what is used often stays in its
# memory. The load writes little beside the tables themselves.
SETTINGS = {
    "shared_buffers": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "8GB",
    # The statistics stay those of the data.
    "autovacuum": "off",
}


@contextmanager
def loaded_app(folder: Path, load: Sequence[str] = ()) -> Iterator[Flask]:
    """An app on servers in `folder`, which are migrated and loaded if they are not yet.

    What it measures leaves dead rows, though all is rolled back, and plans follow them. So it gets
    a copy, and each run meets the data as they were loaded.

    :param load: arguments of `flask seed load`
    :raise ServerError: if something fails.
    """
    with start_servers(folder, **SETTINGS) as urls:
        app = _app(urls)
        run_command(app, "db", "upgrade")
        # What is measured is what a member of courseapp_service gets.
        with connect_as_owner(app) as conn:
            queries.db.create_service_login(conn)
        run_command(app, "seed", "load", *load)
        app.extensions["database"].close()
        print("Copying the database, to keep it as it is …", flush=True)
        with copied(urls["DATABASE_URL"]) as copy:
            app = _app(urls | {"DATABASE_URL": copy})
            with connect_as_owner(app) as conn:
                heavy = queries.explain.list_heavy_learners(conn, learners=LEARNERS)
                queries.explain.touch_progress(conn, user_ids=[user_id for (user_id,) in heavy])
            yield app


def _app(urls: dict[str, str]) -> Flask:
    secret = {"APP_ENV": "development", "SECRET_KEYS": secrets.token_urlsafe(48)}
    return create_app(secret | as_service(urls))


def run(arguments: Sequence[str], load: Sequence[str] = (), folder: Path | None = FOLDER) -> None:
    """Migrate and load what is missing, then explain.

    :param arguments: of `flask db explain`
    :param load: of `flask seed load`
    :raise ServerError: if something fails; if a plan or a budget does, the table has said why.
    """
    if folder is None:
        raise ServerError("This works in a checkout only.")
    with loaded_app(folder, load) as app:
        run_command(app, "db", "explain", *arguments)


def main() -> int:
    """Exit status: 1 when a budget or a plan is broken."""
    try:
        run(sys.argv[1:])
    except (ServerError, click.ClickException) as error:
        print(f"make explain: {error}", flush=True)
        return 1
    except (KeyboardInterrupt, click.Abort):
        print("Stopped.", flush=True)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
