"""Whether a credential still counts stands in a list that is signed, too."""

import base64
import gzip
import random

import pytest
from credentials.completed import ISSUED_AT, credential, status_list
from credentials.test_verifying import GOOD, WRONG_PROOF, changed

from courseapp.credentials import LIST_SIZE, make_status_list

REVOKED = (True, True, None)


def bits(document):
    """The list's bits, from the first to the last."""
    encoded = document["credentialSubject"]["encodedList"]
    assert encoded.startswith("u")
    octets = gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))
    return "".join(f"{octet:08b}" for octet in octets)


@pytest.mark.parametrize("index", [0, 7, 8, 68_929, LIST_SIZE - 1])
def test_a_revoked_credential_is_told_from_its_neighbours(verify, signer, index):
    first = LIST_SIZE
    published = status_list(signer, index)
    for place in {max(index - 1, 0), index, min(index + 1, LIST_SIZE - 1)}:
        found = verify(credential(signer, certificate_id=first + place), signer.issuer, published)
        assert found == (REVOKED if place == index else GOOD), place


def test_a_list_has_the_bits_of_the_revoked_and_no_others(signer):
    revoked = random.Random(7).sample(range(LIST_SIZE), 5000)
    found = bits(status_list(signer, *revoked))
    assert len(found) == LIST_SIZE == 131_072
    assert {place for place, bit in enumerate(found) if bit == "1"} == set(revoked)


def test_the_next_list_begins_where_one_ends(verify, signer):
    last, first = LIST_SIZE - 1, LIST_SIZE
    lists = [status_list(signer, last, list_id=0), status_list(signer, list_id=1)]
    status = [
        credential(signer, certificate_id=one)["credentialStatus"]["id"] for one in (last, first)
    ]
    assert [url.partition("/status/")[2] for url in status] == ["0#131071", "1#0"]
    assert verify(credential(signer, certificate_id=last), signer.issuer, *lists) == REVOKED
    assert verify(credential(signer, certificate_id=first), signer.issuer, *lists) == GOOD


@pytest.mark.parametrize("place", [-1, LIST_SIZE])
def test_a_place_beyond_the_list_is_an_error(signer, place):
    with pytest.raises(ValueError, match="outside"):
        make_status_list(signer, "https://api.example.com/lists/0", [place], ISSUED_AT)


def test_a_list_that_was_changed_tells_nothing(verify, signer):
    ours = status_list(signer, 68_929)
    assert verify(credential(signer), signer.issuer, ours) == REVOKED
    emptied = status_list(signer)["credentialSubject"]["encodedList"]
    for path, value in {
        "credentialSubject.encodedList": emptied,
        "credentialSubject.id": "https://api.example.com/api/v1/credentials/status/1#other",
        "validFrom": "2027-11-20T12:30:05Z",
        "proof.created": "2026-11-20T12:30:06Z",
        "proof": None,
    }.items():
        verified, revoked, error = verify(
            credential(signer), signer.issuer, changed(ours, path, value)
        )
        assert (verified, revoked) == (False, None), path
        assert error
        if path.startswith("credentialSubject"):
            assert WRONG_PROOF in error


def test_a_strangers_list_tells_nothing(verify, signer, stranger):
    """So the lists of credentials that an earlier key has signed need that key."""
    verified, revoked, error = verify(credential(signer), signer.issuer, status_list(stranger))
    assert (verified, revoked) == (False, None)
    assert "Issuers" in error
    renamed = changed(status_list(stranger), "issuer", signer.issuer)
    assert verify(credential(signer), signer.issuer, renamed)[:2] == (False, None)


def test_a_full_list_is_small(signer):
    few = make_status_list(signer, "https://api.example.com/lists/0", range(100), ISSUED_AT)
    half = random.Random(7).sample(range(LIST_SIZE), LIST_SIZE // 2)
    worst = make_status_list(signer, "https://api.example.com/lists/0", half, ISSUED_AT)
    assert len(few) < 2_000
    assert len(worst) < 25_000
