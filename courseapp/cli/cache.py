"""`flask cache`: what is kept in Redis, and forgetting it."""

import json
import re

import click
import redis
from flask.cli import AppGroup
from tabulate import tabulate

from courseapp.cache import KEYS, store
from courseapp.cache_drops import dropping
from courseapp.cache_store import STATS
from courseapp.cache_trust import EVERYTHING
from courseapp.cli.owner import as_owner

cache = AppGroup("cache", help="What is kept in Redis, and forgetting it.")


def _client() -> redis.Redis:
    """Redis itself.

    :raise click.ClickException: if it does not answer.
    """
    client = store().client
    try:
        client.ping()
    except redis.RedisError as error:
        raise click.ClickException(f"Redis does not answer: {error}") from error
    return client


@cache.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def stats(as_json: bool) -> None:
    """How often each family of keys had the answer, how many there are, how large and how old.

    Hits and misses since the cache was emptied, a quarter of a second late.
    """
    client, rows = _client(), []
    counts = {name.decode(): int(number) for name, number in client.hgetall(STATS).items()}
    for family in KEYS:
        pattern = family.name.replace("{user_id}", "*")
        keys = list(client.scan_iter(match=pattern, count=1000))
        pipeline = client.pipeline(transaction=False)
        for key in keys:
            pipeline.strlen(key)
            pipeline.pttl(key)
        found = pipeline.execute()
        sizes, left = found[::2], [ms / 1000 for ms in found[1::2]]
        hits, misses = (counts.get(f"{what} {family.name}", 0) for what in ("hits", "misses"))
        rows.append(
            {
                "keys": family.name,
                "hits": hits,
                "misses": misses,
                "hit_rate": round(hits / (hits + misses), 4) if hits + misses else None,
                "number": len(keys),
                "bytes": sum(sizes),
                "kept_seconds": family.seconds,
                "oldest_seconds": round(family.seconds - min(left)) if left else None,
            }
        )
    click.echo(json.dumps(rows, indent=2) if as_json else tabulate(rows, headers="keys"))


def _check(context, parameter, key: str) -> str:
    """A key of some family, or everything."""
    patterns = [re.escape(family.name).replace(r"\{user_id\}", "[0-9]{1,18}") for family in KEYS]
    if key != EVERYTHING and not any(re.fullmatch(pattern, key) for pattern in patterns):
        names = ", ".join(family.name for family in KEYS)
        raise click.BadParameter(f"There are {names}.")
    return key


@cache.command()
@click.argument("key", callback=_check)
def show(key: str) -> None:
    """Print what KEY holds. Exits with 1 if there is nothing."""
    value = _client().get(key)
    if value is None:
        raise click.ClickException(f"Nothing is kept under {key}.")
    click.echo(value.decode(errors="replace"))


@cache.command()
@click.argument("key", callback=_check)
def drop(key: str) -> None:
    """Forget KEY, or everything with '*': after the data were changed past the service."""
    with dropping() as drops, as_owner() as conn, conn.transaction():
        drops.record(conn, key)
    what = "Everything" if key == EVERYTHING else key
    click.echo(f"{what} is dropped: nobody is answered with it any more.")
