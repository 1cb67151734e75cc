"""The HTTP backend of a video-course platform."""

from collections.abc import Mapping

from flask import Flask

from courseapp import auth, cache, config, db, edge, errors, limits, mux, openapi, playback
from courseapp.blueprints import (
    achievements,
    audit,
    authoring,
    course_documents,
    courses,
    docs,
    enrollments,
    gamification,
    health,
    instructors,
    lessons,
    modules,
    progress,
    uploads,
    webhooks,
)
from courseapp.blueprints import (
    auth as auth_blueprint,
)
from courseapp.blueprints import (
    certificates as certificates_blueprint,
)
from courseapp.blueprints import (
    credentials as credentials_blueprint,
)
from courseapp.blueprints import (
    playback as playback_blueprint,
)
from courseapp.blueprints import (
    statistics as statistics_blueprint,
)
from courseapp.cli.achievements import achievements as achievement_commands
from courseapp.cli.cache import cache as cache_commands
from courseapp.cli.certificates import certificates as certificate_commands
from courseapp.cli.courses import courses as course_commands
from courseapp.cli.db import db as db_commands
from courseapp.cli.doctor import doctor
from courseapp.cli.jobs import jobs
from courseapp.cli.levels import levels
from courseapp.cli.seed import seed
from courseapp.cli.statistics import statistics as statistics_commands
from courseapp.cli.users import users

API = (
    *(auth_blueprint, courses, enrollments, lessons, playback_blueprint, uploads),
    *(progress, gamification, achievements, certificates_blueprint, credentials_blueprint),
    *(authoring, instructors, modules, course_documents, audit, statistics_blueprint),
)
# What is no part of the API that clients call.
PAGES = (health.blp, docs.blp, docs.api_page, webhooks.blp)
COMMANDS = (
    *(db_commands, seed, users, course_commands, achievement_commands, levels, doctor),
    *(cache_commands, jobs, statistics_commands, certificate_commands),
)


class Service(Flask):
    """Flask without its look at every hook and view, whether it is async: 25 µs a request."""

    def ensure_sync(self, func):
        """`func`: nothing here is async."""
        return func


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """Build the WSGI application. Opens no connection.

    :param environ: the settings, by default the process's environment
    :raise ConfigError: naming every setting that is missing or wrong
    """
    app = Service(__name__, static_folder=None)
    app.config.update(config.load(config.environment() if environ is None else environ))
    for part in (db, cache, auth, playback, mux, errors, edge, limits):
        part.init_app(app)
    api = openapi.init_app(app)
    for resource in API:
        api.register_blueprint(resource.blp)
    for blueprint in PAGES:
        app.register_blueprint(blueprint)
    for command in COMMANDS:
        app.cli.add_command(command)
    return app
