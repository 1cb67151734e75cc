"""Others can verify a credential offline, and nobody can change one."""

import copy

import pytest
from credentials.completed import credential, status_list

GOOD = (True, False, None)
WRONG_PROOF = "Invalid signature"


def changed(document, path, value):
    """A copy with another value at a place such as `proof.created`; None takes it away."""
    document = copy.deepcopy(document)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = document
    for step in way:
        place = place[step]
    assert place[last] != value
    if value is None:
        del place[last]
    else:
        place[last] = value
    return document


def test_a_credential_is_verified_and_not_revoked(verify, signer):
    assert verify(credential(signer), signer.issuer, status_list(signer)) == GOOD


CHANGES = {
    "id": "https://api.example.com/api/v1/certificates/verify/AAAAAAAAAAAAAAAAAAAAAA",
    "name": "Python from One",
    "validFrom": "2026-11-20T12:30:06Z",
    "type.1": "EndorsementCredential",
    "issuer.name": "Example University",
    "issuer.url": "https://example.org",
    "credentialSubject.id": "did:example:somebody",
    "credentialSubject.activityEndDate": "2025-11-19T00:00:00Z",
    "credentialSubject.identifier.0.identityHash": "Ada Lovelacë",
    "credentialSubject.identifier.0.identityType": "userName",
    "credentialSubject.identifier.0.hashed": True,
    "credentialSubject.identifier": None,
    "credentialSubject.achievement.id": "https://api.example.com/api/v1/courses/8",
    "credentialSubject.achievement.name": "Python from Zero ",
    "credentialSubject.achievement.description": "Everything",
    "credentialSubject.achievement.achievementType": "MasterDegree",
    "credentialSubject.achievement.inLanguage": "pl",
    "credentialSubject.achievement.criteria.narrative": "Paid.",
    "credentialSchema": None,
    "credentialStatus.id": "https://api.example.com/api/v1/credentials/status/1#3",
    "credentialStatus.statusListIndex": "3",
    "credentialStatus.statusListCredential": "https://api.example.com/api/v1/credentials/status/2",
    "credentialStatus.statusPurpose": "suspension",
    "credentialStatus": None,
    "proof.created": "2026-11-20T12:30:06Z",
    "proof.proofPurpose": "authentication",
    "proof.proofValue": "z" + "2" * 87,
    "proof": None,
}


@pytest.mark.parametrize("path", CHANGES)
def test_a_credential_that_was_changed_is_not_verified(verify, signer, path):
    forged = changed(credential(signer), path, CHANGES[path])
    lists = status_list(signer), status_list(signer, list_id=2)
    verified, revoked, error = verify(forged, signer.issuer, *lists)
    assert (verified, revoked) == (False, None)
    if not path.startswith("proof"):
        assert WRONG_PROOF in error


def leaves(document, path=""):
    """The places of everything that a document says."""
    if isinstance(document, dict | list):
        steps = document.items() if isinstance(document, dict) else enumerate(document)
        return [leaf for step, value in steps for leaf in leaves(value, f"{path}.{step}")]
    return [path.removeprefix(".")]


def test_nothing_that_a_credential_says_can_be_left_out(verify, signer):
    document = credential(signer)
    for path in leaves(document):
        forged = changed(document, path, None)
        assert not verify(forged, signer.issuer, status_list(signer))[0], path


def test_nothing_can_be_added(verify, signer):
    for name, value in {
        "validUntil": "2036-11-20T12:30:05Z",
        "evidence": {"id": "https://example.com/", "type": "Evidence"},
        "grade": "A",
    }.items():
        forged = credential(signer) | {name: value}
        assert not verify(forged, signer.issuer, status_list(signer))[0], name


def test_a_strangers_credential_is_not_ours(verify, signer, stranger):
    theirs, lists = credential(stranger), (status_list(stranger), status_list(signer))
    assert verify(theirs, stranger.issuer, lists[0]) == GOOD
    verified, _, error = verify(theirs, signer.issuer, lists[0])
    assert not verified
    assert f"not issued by {signer.issuer}" in error


def test_a_stranger_cannot_sign_in_our_name(verify, signer, stranger):
    ours, theirs = credential(signer), credential(stranger)
    for forged in (
        changed(theirs, "issuer.id", signer.issuer),
        changed(ours, "proof", theirs["proof"]),
        changed(ours, "proof.proofValue", theirs["proof"]["proofValue"]),
        changed(theirs, "proof.verificationMethod", ours["proof"]["verificationMethod"]),
    ):
        assert not verify(forged, signer.issuer, status_list(signer))[0]


def test_the_verifier_looks_nothing_up(verify, signer):
    """Neither a status list nor a JSON-LD context that it was not given."""
    verified, revoked, error = verify(credential(signer), signer.issuer)
    assert (verified, revoked) == (False, None)
    assert "does not know https://api.example.com/api/v1/credentials/status/1" in error
    elsewhere = changed(credential(signer), "@context.2", "https://example.com/context.json")
    assert not verify(elsewhere, signer.issuer, status_list(signer))[0]
