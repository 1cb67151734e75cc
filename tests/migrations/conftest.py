"""A database of its own for each test."""

import psycopg
import pytest
from conftest import temporary_database
from flask import Flask

from courseapp.cli.db import db


@pytest.fixture
def empty_database(server_urls):
    """The URL of a database in which nothing is."""
    with temporary_database(server_urls["DATABASE_URL"]) as url:
        yield url


@pytest.fixture
def migrated_database(server_urls, template_database):
    """The URL of a database with every migration."""
    with temporary_database(server_urls["DATABASE_URL"], template_database) as url:
        yield url


@pytest.fixture
def connect():
    """Open connections in autocommit mode that end with the test."""
    opened = []

    def connect(url):
        opened.append(psycopg.connect(url, autocommit=True))
        return opened[-1]

    yield connect
    for conn in opened:
        conn.close()


@pytest.fixture
def folder(tmp_path):
    """Write migrations of the test's own: folder(**{"0001_a": "create table …"})."""

    def write(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.sql").write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def flask_db():
    """Run `flask db <arguments>` against a URL."""

    def run(url, *arguments, answer=None):
        app = Flask("courseapp")
        app.config["DATABASE_OWNER_URL"] = url
        app.cli.add_command(db)
        return app.test_cli_runner().invoke(args=["db", *arguments], input=answer)

    return run
