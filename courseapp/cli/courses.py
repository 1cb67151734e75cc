"""`flask courses`: whole courses from files, and the HTML of what is stored."""

import json
from typing import TextIO

import click
import psycopg
from flask.cli import AppGroup
from marshmallow import ValidationError

from courseapp.cli.owner import as_owner
from courseapp.db import queries
from courseapp.errors import field_errors
from courseapp.rendering import document_with_html, render_stale
from courseapp.schemas.course_documents import CourseImportSchema

courses = AppGroup("courses", help="What is stored of courses and lessons.")


@courses.command()
def render() -> None:
    """Make the HTML of descriptions and bodies that have none, or that of earlier rules.

    Safe while the service runs, to interrupt, and to run again.
    """
    with as_owner() as conn:
        descriptions, bodies = render_stale(conn)
    click.echo(f"Rendered: {descriptions:,} descriptions and {bodies:,} lessons.")


@courses.command("import")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--instructor", metavar="EMAIL", help="Who leads the course.")
def import_course(file: TextIO, instructor: str | None) -> None:
    """Make a course of a document that `GET courses/{id}/export` answered; `-` is standard input.

    All of it or nothing. It is not published.
    """
    document = _read(file)
    with as_owner() as conn:
        lead_id = None
        if instructor:
            lead_id = queries.users.get_instructor(conn, email=instructor)
            if lead_id is None:
                raise click.ClickException(f"no active instructor or admin has {instructor}")
        try:
            course_id = queries.courses.import_course(
                conn, actor_id=None, lead_id=lead_id, document=json.dumps(document)
            )
        except psycopg.errors.UniqueViolation as error:
            raise click.ClickException(f"slug: {document['slug']} is taken") from error
    click.echo(f"Course {course_id}, {document['slug']}, is there; it is not published.")


def _read(file: TextIO) -> dict:
    """The document with the HTML of its texts.

    :raise click.ClickException: with a line for each place that is wrong
    """
    try:
        document = CourseImportSchema().load(json.load(file))
    except ValidationError as error:
        places = field_errors({"": error.normalized_messages()})
        lines = (f"{place['field']}: {place['message']}" for place in places)
        raise click.ClickException("\n".join(lines)) from error
    except ValueError as error:
        raise click.ClickException(f"{file.name} is no JSON in UTF-8: {error}") from error
    return document_with_html(document)
