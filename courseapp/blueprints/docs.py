"""Pages for people: the API to try, and what each problem means."""

from flask import Blueprint, jsonify, redirect

from courseapp import auth
from courseapp.errors import PROBLEMS, Problem

blp = Blueprint("docs", __name__)


@blp.get("/")
@auth.public
def home():
    """People who open the address in a browser want the documentation."""
    return redirect("/docs/")


@blp.get("/problems/<name>")
@auth.public
def get_problem(name):
    """What the `type` of an error says."""
    if name not in PROBLEMS:
        raise Problem("not_found")
    status, title = PROBLEMS[name]
    return jsonify(type=f"/problems/{name}", status=status, title=title)
