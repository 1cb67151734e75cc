"""`flask seed`: data to develop and to load-test with."""

import json
from importlib import resources

import click
from flask.cli import AppGroup

from courseapp.awards import award_achievements
from courseapp.cache_drops import dropping
from courseapp.cache_trust import EVERYTHING
from courseapp.cli.development import only_in_development
from courseapp.cli.load import load
from courseapp.cli.logins import logins
from courseapp.cli.owner import as_owner
from courseapp.db import queries
from courseapp.passwords import hash_password
from courseapp.rendering import render_stale

DEMO_PASSWORD = "password123"
LEAD_EMAIL = "instructor@example.com"

seed = AppGroup("seed", help="Data to develop and to load-test with.")
seed.add_command(load)
seed.add_command(logins)


@seed.command("demo")
@click.option("--if-empty", is_flag=True, help="Do nothing if the database has any account.")
def demo(if_empty: bool) -> None:
    """Add the demo courses and accounts that are missing. Never in production."""
    only_in_development("demo data")
    with dropping() as drops, as_owner() as conn, conn.transaction():
        if if_empty and queries.seed.any_user_exists(conn):
            return
        added = add_demo_data(conn)
        drops.record(conn, EVERYTHING)
    report = ", ".join(f"{what} {number}" for what, number in added.items() if number)
    click.echo(f"Demo data added: {report}." if report else "The demo data is there already.")
    click.echo(
        f"Log in with {DEMO_PASSWORD} as test@example.com, {LEAD_EMAIL}, admin@example.com "
        "or learner001@example.com … learner100@example.com."
    )


def add_demo_data(conn) -> dict[str, int]:
    """Add what is missing of the demo data; return how many rows of each kind were added.

    Progress and points come only with accounts that are made now, so that what
    people did with the others meanwhile stays as it is.
    """
    people_document, people = _read("people.json")
    courses_document, courses = _read("courses.json")
    slugs = [course["slug"] for course in courses]
    learners = [person["email"] for person in people if person["role"] == "learner"]

    new_users = queries.seed.create_demo_users(
        conn,
        document=people_document,
        # One hash for all: a hundred would take three seconds and protect nothing,
        # the password is printed anyway.
        password_hash=hash_password(DEMO_PASSWORD),
    )
    new_courses, _, new_lessons = queries.seed.create_demo_courses(
        conn, document=courses_document, lead_email=LEAD_EMAIL
    )
    render_stale(conn)
    new_enrollments = queries.seed.create_demo_enrollments(conn, emails=learners, slugs=slugs)
    # The first course stays unwatched: load tests begin there.
    new_progress = queries.seed.create_demo_progress(conn, user_ids=new_users, slugs=slugs[1:])
    queries.seed.create_demo_points(conn, user_ids=new_users)
    queries.seed.update_demo_totals(conn, user_ids=new_users)
    queries.seed.create_demo_activity_days(conn, user_ids=new_users)
    for user_id in new_users:
        queries.gamification.update_streak(conn, user_id=user_id, day=None)
    award_achievements(conn, new_users)
    return {
        "courses": new_courses,
        "lessons": new_lessons,
        "accounts": len(new_users),
        "enrollments": new_enrollments,
        "watched lessons": new_progress,
    }


def _read(name: str) -> tuple[str, list[dict]]:
    text = resources.files("courseapp.demo").joinpath(name).read_text(encoding="utf-8")
    return text, json.loads(text)
