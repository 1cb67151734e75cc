"""The second half of `make explain`: what a hundred times as many rows cost the critical queries.

Three databases, on servers of their own that run at the same time; the biggest is that of the first
half. Their data stay in .dev, so that they are loaded once.
"""

import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import click
import psycopg
from tqdm import tqdm

from courseapp import growth_report as report
from courseapp.db import connect_as_owner, queries
from courseapp.devexplain import FOLDER, loaded_app
from courseapp.devprocess import ServerError
from courseapp.explain_cases import NoValueError
from courseapp.growth import CRITICAL, LIMIT, measure
from courseapp.growth_cases import find_equals, get_cases
from courseapp.load_data import Size
from courseapp.sql_headers import read_headers


@dataclass(frozen=True)
class Database:
    """One of those that are compared.

    :ivar name: its rows of lesson_progress, in words
    :ivar folder: of its servers
    """

    name: str
    folder: Path
    size: Size


# Learners and what they do shrink together, so that each has begun as many lessons in all three.
# The courses stay: with fewer, busy learners would run out of them.
DATABASES = FOLDER and (
    Database("100 k", FOLDER.with_name("explain-100k"), Size(1_000, 500, 100_000)),
    Database("1 M", FOLDER.with_name("explain-1m"), Size(10_000, 500, 1_000_000)),
    Database("10 M", FOLDER, Size(100_000, 500, 10_000_000)),
)


def run(
    databases: Sequence[Database] | None = DATABASES,
    names: Sequence[str] = (),
    rounds: int = 15,
    runs: int = 100,
    limit: float = LIMIT,
    save: Path | None = None,
) -> bool:
    """Migrate and load what is missing, measure, and print the table.

    :param databases: the smallest first
    :param names: of queries, by default all critical ones
    :param limit: of how many times longer the biggest may take
    :param save: where to write the document
    :return: whether no query has grown too much
    :raise ServerError: if something fails.
    """
    if databases is None:
        raise ServerError("This works in a checkout only.")
    headers = read_headers()
    with ExitStack() as stack:
        apps = [
            stack.enter_context(loaded_app(one.folder, _options(one.size))) for one in databases
        ]
        owners = [stack.enter_context(connect_as_owner(app)) for app in apps]
        try:
            rows = [dict(queries.explain.list_big_tables(conn)) for conn in owners]
            equals, cases = get_cases(owners, find_equals(owners))
            grown = [
                measure(apps, headers[name], list(zip(*cases, strict=True)), rounds, runs, limit)
                for name in tqdm(names or CRITICAL, unit=" queries", leave=False, disable=None)
            ]
        except (NoValueError, psycopg.Error) as error:
            raise ServerError(" ".join(str(error).split())) from error
    labels = [one.name for one in databases]
    if save:
        document = report.as_document(labels, rows, equals, grown)
        save.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(report.as_table(labels, equals, grown), flush=True)
    return not any(one.is_over for one in grown)


def _options(size: Size) -> list[str]:
    return [
        *("--users", str(size.users), "--courses", str(size.courses)),
        *("--progress", str(size.progress)),
    ]


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(CRITICAL)))
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), help="Keep this run.")
def main(names: tuple[str, ...], save: Path | None) -> None:
    """How the critical queries, or those of NAMES, grow from 100 k to 10 M lessons begun.

    Exits with 1 if one grows by more than the limit.
    """
    try:
        passed = run(names=names, save=save)
    except (ServerError, click.ClickException) as error:
        raise click.ClickException(f"make explain: {error}") from error
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
