"""Pages for people: the API to try, and what each problem means."""

from flask import Blueprint, jsonify, redirect
from flask_swagger_ui import get_swaggerui_blueprint

from courseapp import auth
from courseapp.errors import PROBLEMS, Problem

blp = Blueprint("docs", __name__)
api_page = get_swaggerui_blueprint(
    "/docs",
    "/api/v1/openapi.json",
    config={
        "app_name": "courseapp API",
        # It would send the document to a service on the internet.
        "validatorUrl": None,
        # It would be an absolute address with the scheme of the load balancer's request.
        "oauth2RedirectUrl": "/docs/oauth2-redirect.html",
    },
)


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
