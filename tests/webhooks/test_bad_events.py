"""POST /api/v1/webhooks/mux: what is signed and still makes no sense is a clear 4xx."""

import io
import json

import pytest
from conftest import anonymous
from contracts.test_hostile_bodies import BAD
from mux_service import headers
from problems import assert_problem
from webhooks.conftest import WEBHOOK

READY = "video.asset.ready"


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_json_is_400(tell, everything, name):
    before = everything()
    assert_problem(tell(BAD[name]), "malformed")
    assert everything() == before


def event(**changes):
    """An event whose parts are all right but for the changes; None leaves a part out."""
    whole = {"id": "event", "type": READY, "data": {"id": "asset", "upload_id": "upload1"}}
    return {name: value for name, value in (whole | changes).items() if value is not None}


def data(**changes):
    return event(data={"id": "asset", "upload_id": "upload1"} | changes)


def playback_id(**changes):
    return data(playback_ids=[{"id": "abc", "policy": "public"} | changes])


INVALID = {
    "a list": [],
    "a text": "event",
    "null": None,
    "nothing": {},
    "no id": event(id=None),
    "an empty id": event(id=""),
    "a long id": event(id="x" * 256),
    "an id of another kind": event(id=7),
    "no type": event(type=None),
    "a type of another kind": event(type=[READY]),
    "no data": event(data=None),
    "data of another kind": event(data=[]),
    "no asset": data(id=None),
    "an upload of another kind": data(upload_id={}),
    "a passthrough of another kind": data(passthrough=["x"]),
    "a duration of another kind": data(duration="long"),
    "a duration below zero": data(duration=-0.1),
    "a duration without end": data(duration=1e300),
    "playback ids of another kind": data(playback_ids="abc"),
    "an empty playback id": playback_id(id=""),
    "another URL": playback_id(id="abc/../def?x="),
    "a line": playback_id(id="abc\n"),
    "a long playback id": playback_id(id="x" * 256),
    "no policy": playback_id(policy=None),
    "errors of another kind": data(errors="bad"),
    "messages of another kind": data(errors={"messages": [7]}),
}


@pytest.mark.parametrize("name", INVALID)
def test_what_is_no_event_is_422(tell, everything, name):
    before = everything()
    answer = tell(json.dumps(INVALID[name]).encode())
    assert_problem(answer, "invalid", *(error["field"] for error in answer.json["errors"]))
    assert everything() == before


def test_infinite_numbers_are_422(tell):
    body = json.dumps(data(duration=0)).replace(": 0}", ": 1e999}").encode()
    assert b"1e999" in body
    assert_problem(tell(body), "invalid", "data.duration")


def test_another_content_type_is_415(client, mux):
    body = mux.ready("upload1")
    sent = headers(body) | {"Content-Type": "text/plain"}
    assert_problem(client.post(WEBHOOK, data=body, headers=sent), "unsupported_media_type")


def test_what_is_too_large_is_413(tell, app):
    answer = tell(b" " * 70_000)
    assert_problem(answer, "too_large")
    chunks = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = anonymous(app).post(
        WEBHOOK, input_stream=io.BytesIO(b" " * 70_000), environ_overrides=chunks
    )
    assert_problem(answer, "too_large")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_other_methods_are_405(client, method):
    assert_problem(client.open(WEBHOOK, method=method), "method_not_allowed")


def test_without_a_database_mux_has_to_come_again(make_app, tell, mux, upload):
    broken = make_app(
        DATABASE_URL="postgresql://courseapp@/courseapp?host=/nowhere",
        DATABASE_POOL_TIMEOUT_SECONDS="1",
    )
    assert_problem(tell(mux.ready(upload), by=broken.test_client()), "unavailable")
