"""What other services tell us. No part of the API: nobody else can sign what they send."""

import time

from flask import Blueprint, current_app, request

from courseapp import auth, mux_events
from courseapp.cache_drops import dropping
from courseapp.db import connection
from courseapp.errors import Problem
from courseapp.mux_signature import verify
from courseapp.responses import no_content
from courseapp.schemas.webhooks import AnyEventSchema, EventSchema
from courseapp.strict_parser import StrictParser, read_body

blp = Blueprint("webhooks", __name__, url_prefix="/api/v1/webhooks")

_parser = StrictParser()
_any_event, _event = AnyEventSchema(), EventSchema()


def _read(schema) -> dict:
    # What it does not know is excluded by the schema itself.
    return _parser.parse(schema, request, location="json", unknown=None)


@blp.post("/mux")
@auth.public
def receive_mux_event():
    """Take an event of Mux: a video is ready, or will not come.

    204 also for one that is a copy, comes too late, or means nothing here: Mux repeats for a day
    what is not answered so.
    """
    secrets = current_app.config["MUX_WEBHOOK_SECRETS"]
    if not secrets:
        raise Problem("not_found")
    verify(request.headers.get("Mux-Signature", ""), read_body(request), secrets, time.time())
    if _read(_any_event)["type"] in mux_events.TYPES:
        event = _read(_event)
        with dropping() as drops, connection() as conn:
            mux_events.apply(conn, drops, event)
    return no_content()
