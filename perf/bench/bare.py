"""The yardstick: a Flask app whose views do nothing, under the same gunicorn settings."""

import json
import os
from functools import partial
from types import SimpleNamespace

from flask import Flask, Response


def bare() -> Flask:
    """An app that answers `/<n>` with n bytes of JSON for each n of the list BARE_BYTES.

    gunicorn.conf.py wants a database to open and close, and HAProxy asks for /readyz.
    """
    app = Flask(__name__, static_folder=None)
    app.extensions["database"] = SimpleNamespace(open=lambda: None, close=lambda: None)
    for size in json.loads(os.environ["BARE_BYTES"]):
        body = json.dumps("x" * (size - 2)).encode()
        view = partial(Response, body, mimetype="application/json")
        app.add_url_rule(f"/{size}", str(size), view_func=view, methods=["GET", "POST"])
    for path in ("/livez", "/readyz"):
        app.add_url_rule(path, path, view_func=lambda: "")
    return app
