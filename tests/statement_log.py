"""A plugin of pytest that notes which endpoint or command sends which statement.

It watches every statement that psycopg sends in this process while the tests make real requests
and run real commands. Tests marked `after_everything` run last, and only if all tests do.
"""

import functools
import re

import click
import psycopg
import pytest
from flask import has_request_context, request

from courseapp.jobs import current_job
from courseapp.sql_headers import EVERY_SESSION

_TAG = re.compile(r"/\* ([a-z_.]+) \*/")

# The decorators of courseapp/auth.py that ask for the caller's session.
SESSION = ("required", "optional")
# (`GET /api/v1/courses/<ref>` or `flask db upgrade` or `job purge`, `folder.query`)
SEEN: set[tuple[str, str]] = set()


def route(rule):
    """`/courses/<id:course_id>` as headers write it: `/courses/<course_id>`."""
    return re.sub(r"<\w+:", "<", rule.rule)


def sender():
    """The endpoint, command or job that is running; None for what a test does by itself."""
    if name := current_job.get():
        return f"job {name}"
    if has_request_context() and request.url_rule:
        return f"{request.method.replace('HEAD', 'GET')} {route(request.url_rule)}"
    words, context = [], click.get_current_context(silent=True)
    while context and context.parent:
        words.insert(0, context.info_name)
        context = context.parent
    return " ".join(["flask", *words]) if words else None


def routes(app):
    """Every endpoint of the app, as headers write it, with who may call it."""
    return {
        f"{method} {route(rule)}": getattr(app.view_functions[rule.endpoint], "access", None)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def commands(group, path="flask"):
    """Every command below a click group, as `flask db upgrade`."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}"


def listed(header, routes):
    """The endpoints and commands that a header names; `make` runs in a process of its own."""
    for endpoint in header.endpoints:
        if endpoint == EVERY_SESSION:
            yield from (name for name, access in routes.items() if access in SESSION)
        elif not endpoint.startswith("make "):
            yield endpoint


def complaints(headers, seen, routes):
    """Where the headers and what was seen differ, as sentences."""
    found = []
    for name, header in headers.items():
        promised = set(listed(header, routes))
        senders = {by for by, tag in seen if tag == name}
        found += [f"{name} is sent by {by}, which its header lacks" for by in senders - promised]
        found += [f"{name} is never sent by {by}, as its header says" for by in promised - senders]
    return sorted(found)


def pytest_configure(config):
    config.addinivalue_line("markers", "after_everything: judges what all other tests have done")
    execute = psycopg.Cursor.execute

    @functools.wraps(execute)
    def noting(cursor, query, *args, **kwargs):
        tag = _TAG.match(query) if isinstance(query, str) else None
        if tag and (by := sender()):
            SEEN.add((by, tag[1]))
        return execute(cursor, query, *args, **kwargs)

    psycopg.Cursor.execute = noting
    config.add_cleanup(lambda: setattr(psycopg.Cursor, "execute", execute))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    last = [item for item in items if item.get_closest_marker("after_everything")]
    items[:] = [item for item in items if item not in last]
    if is_everything(config.args, config.option):
        items += last
    else:
        config.hook.pytest_deselected(items=last)


def is_everything(arguments, options):
    """Whether pytest was told to run all tests and not to choose among them."""
    choosing = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "stepwise")
    return arguments == ["tests"] and not any(getattr(options, name, None) for name in choosing)
