"""POST /api/v1/webhooks/mux: only what Mux has signed, and lately, is looked at."""

import time

import pytest
from mux_service import SECRET, headers, sign
from problems import assert_problem
from webhooks.conftest import WEBHOOK

from courseapp.errors import Problem
from courseapp.mux_signature import TOLERANCE_SECONDS, verify

# What the tests of Mux's own libraries check with.
OF_MUX = {
    "header": "t=1565125718,v1=854ece4c22acef7c66b57d4e504153bc512595e8e9c772ece2a68150548c19a7",
    "body": b'{"test":"body"}',
    "secrets": ["SuperSecret123"],
}
AT = 1565125718
CODE = OF_MUX["header"].partition("v1=")[2]


def test_the_example_of_muxs_own_libraries_is_accepted():
    verify(**OF_MUX, now=AT)


@pytest.mark.parametrize("off", [-TOLERANCE_SECONDS, TOLERANCE_SECONDS])
def test_five_minutes_either_side_are_accepted_and_not_more(off):
    verify(**OF_MUX, now=AT + off)
    with pytest.raises(Problem) as refused:
        verify(**OF_MUX, now=AT + off + (1 if off > 0 else -1))
    assert refused.value.name == "bad_signature"
    assert "five minutes" in refused.value.detail


@pytest.mark.parametrize(
    "header",
    [
        f"t={AT},v1={'0' * 64},v1={CODE}",
        f"t={AT},v1={CODE},v1={'0' * 64}",
        f"t={AT}, v1={CODE}",
        f"v1={CODE},t={AT}",
        f"t={AT},v0=old,v1={CODE},v2=new",
        f"t={AT},v1={CODE},v1=",
    ],
)
def test_one_of_several_signatures_is_enough(header):
    verify(**OF_MUX | {"header": header}, now=AT)


@pytest.mark.parametrize("secrets", [["SuperSecret123", "next"], ["next", "SuperSecret123"]])
def test_one_of_several_secrets_is_enough(secrets):
    verify(**OF_MUX | {"secrets": secrets}, now=AT)


BAD = {
    "nothing": "",
    "no signature": f"t={AT}",
    "an empty one": f"t={AT},v1=",
    "no time": f"v1={CODE}",
    "two times": f"t={AT},t={AT},v1={CODE}",
    "another time": f"t={AT + 1},v1={CODE}",
    "no number": f"t=now,v1={CODE}",
    "below zero": f"t=-{AT},v1={CODE}",
    "digits of another script": f"t=١٥٦٥١٢٥٧١٨,v1={CODE}",
    "a superscript": f"t=²,v1={CODE}",
    "endless": f"t={'9' * 5000},v1={CODE}",
    "another scheme": f"t={AT},v0={CODE}",
    "cut off": f"t={AT},v1={CODE[:-1]}",
    "longer": f"t={AT},v1={CODE}0",
    "capitals": f"t={AT},v1={CODE.upper()}",
    "no hex": f"t={AT},v1=żółw",
    "something else": "Bearer abc",
    "commas": ",,,,",
}


@pytest.mark.parametrize("name", BAD)
def test_a_header_that_proves_nothing_is_refused(name):
    with pytest.raises(Problem) as refused:
        verify(**OF_MUX | {"header": BAD[name]}, now=AT)
    assert refused.value.name == "bad_signature"
    assert refused.value.detail is None


@pytest.mark.parametrize(
    "changes", [{"body": b'{"test":"body"} '}, {"secrets": ["other"]}, {"secrets": []}]
)
def test_another_body_or_secret_is_refused(changes):
    with pytest.raises(Problem):
        verify(**OF_MUX | changes, now=AT)


@pytest.mark.parametrize(
    "signed",
    [
        lambda body: {},
        lambda body: {"Mux-Signature": "t=1,v1=abc"},
        lambda body: {"Mux-Signature": "t=1,v1=\xff\xfe"},
        lambda body: {"Mux-Signature": sign(body, secret="another")},
        lambda body: {"Mux-Signature": sign(body + b" ")},
        lambda body: {"Mux-Signature": sign(body, at=time.time() - TOLERANCE_SECONDS - 5)},
        lambda body: {"Mux-Signature": sign(body, at=time.time() + TOLERANCE_SECONDS + 5)},
    ],
)
def test_what_is_refused_changes_nothing(client, mux, upload, everything, signed):
    body, before = mux.ready(upload), everything()
    json = {"Content-Type": "application/json"}
    answer = client.post(WEBHOOK, data=body, headers=signed(body) | json)
    assert_problem(answer, "bad_signature")
    assert everything() == before


def test_a_body_that_is_no_event_is_not_even_read_without_a_signature(client):
    for body in (b"", b"{", b"\xff", b"[" * 60_000):
        assert_problem(client.post(WEBHOOK, data=body), "bad_signature")


def test_a_secret_can_be_replaced_without_losing_an_event(
    make_app, tell, mux, upload, shown, lesson
):
    between = make_app(MUX_WEBHOOK_SECRETS=f"the-new-secret-of-mux, {SECRET}").test_client()
    assert tell(mux.ready(upload), by=between).status_code == 204
    assert shown(lesson)[1] == 24
    other = mux.event("video.asset.created", {"id": "asset"})
    assert tell(other, by=between, secret="the-new-secret-of-mux").status_code == 204


def test_without_secrets_there_is_no_such_address(make_app, tell, mux, upload):
    client = make_app(MUX_WEBHOOK_SECRETS="").test_client()
    assert_problem(tell(mux.ready(upload), by=client), "not_found")
    # An empty secret would be everybody's.
    assert_problem(tell(mux.ready(upload), by=client, secret=""), "not_found")


def test_pages_of_other_sites_cannot_even_try(client, mux, upload):
    body = mux.ready(upload)
    sent = headers(body) | {"Origin": "https://evil.example.org"}
    assert_problem(client.post(WEBHOOK, data=body, headers=sent), "cross_site")
