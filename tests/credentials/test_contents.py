"""What is in a credential, byte by byte, and what is not."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import jsonschema_rs
import pytest
from credentials.completed import CODE, ISSUED_AT, PUBLIC_URL, completion, credential, status_list
from credentials.test_verifying import GOOD
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openbadgeslib.errors import ErrorSigningFile

from courseapp.credentials import make_credential

# 1EdTech's, as it is published at the address that it has as its $id.
SCHEMA = json.loads(
    Path(__file__).with_name("ob_v3p0_achievementcredential_schema.json").read_text("utf-8")
)
NAMES = {
    "Polish": "Łódź Żółćińska",
    "Greek": "Ελένη Παπαδοπούλου",
    "Chinese": "李小龍",
    "Chinese beyond 16 bits": "𠮷田",
    "Arabic": "محمد بن سلمان",
    "Thai": "สมชาย ใจดี",
    "quotes": """O'Neil "the \\ slash" “Bob”""",
    "HTML": "<b onclick='x'>&amp;</b><!-- ]]>",
    "emoji": "👩‍🏫🏳️‍🌈",
    "combining marks": "Z" + "\u0301\u0323" * 20 + "oe\u0308",
    "decomposed": "A\u030angstro\u0308m",
    "200 characters": "żó" * 100,
    "spaces": "  Ada \u00a0  Lovelace ",
    "lines": "Ada\nLovelace\r\n\tof\u2028London\u0085",
    "marks that show nothing": "\x80\x9f\u200e\u202e\ufeff\ufffe",
    "JSON-LD": '{"@value": "_:b0"}',
    "a URL": "https://example.com/ @en ^^<x>",
}


@pytest.mark.parametrize("script", NAMES)
def test_a_name_in_any_script_is_kept_to_the_letter(verify, signer, script):
    name = NAMES[script]
    document = credential(signer, learner_name=name, course_title=name, issuer_name=name)
    subject = document["credentialSubject"]
    assert subject["identifier"][0]["identityHash"] == name
    assert subject["achievement"]["name"] == document["name"] == document["issuer"]["name"] == name
    assert verify(document, signer.issuer, status_list(signer)) == GOOD


CONTROLS = [chr(one) for one in (*range(1, 0x20), 0x7F) if chr(one) not in "\t\n\r"]


def test_control_characters_that_others_would_read_differently_are_replaced(verify, signer):
    names = [f"Ada{control}Lovelace" for control in CONTROLS]
    document = credential(signer, learner_name="".join(names), course_title="".join(CONTROLS))
    [identifier] = document["credentialSubject"]["identifier"]
    assert identifier["identityHash"] == "Ada\ufffdLovelace" * len(CONTROLS)
    assert document["name"] == "\ufffd" * len(CONTROLS)
    assert verify(document, signer.issuer, status_list(signer)) == GOOD


# What PostgreSQL can store.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=TEXT, title=TEXT)
def test_any_text_is_signed_as_others_read_it(verify, signer, name, title):
    document = credential(signer, learner_name=name, course_title=title)
    assert verify(document, signer.issuer, status_list(signer)) == GOOD


@pytest.mark.parametrize("language", ["en", "pl"])
def test_a_credential_is_as_the_schema_of_open_badges_wants_it(signer, language):
    validator = jsonschema_rs.Draft201909Validator(SCHEMA, validate_formats=True)
    document = credential(signer, language=language)
    validator.validate(document)
    assert document["credentialSchema"][0]["id"] == SCHEMA["$id"]
    # It would notice.
    del document["credentialSubject"]["achievement"]["criteria"]
    assert not validator.is_valid(document)
    assert not validator.is_valid(credential(signer) | {"validFrom": "2026-11-20"})


def test_it_says_what_the_certificate_says(signer):
    document = credential(signer, language="pl")
    proof, status = document.pop("proof"), document.pop("credentialStatus")
    assert document.pop("@context")[:2] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    del document["credentialSchema"]
    page = f"{PUBLIC_URL}/api/v1/certificates/verify/{CODE}"
    assert document == {
        "id": page,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Python from Zero",
        "issuer": {
            "id": signer.issuer,
            "type": ["Profile"],
            "name": "Example Courses",
            "url": PUBLIC_URL,
        },
        "validFrom": "2026-11-20T12:30:05Z",
        "credentialSubject": {
            "id": f"{page}#learner",
            "type": ["AchievementSubject"],
            "activityEndDate": "2026-11-19T00:00:00Z",
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": "Ada Lovelace",
                    "identityType": "name",
                }
            ],
            "achievement": {
                "id": f"{PUBLIC_URL}/api/v1/courses/7",
                "type": ["Achievement"],
                "achievementType": "CertificateOfCompletion",
                "name": "Python from Zero",
                "description": "Python from Zero",
                "inLanguage": "pl",
                "criteria": {"narrative": "Ukończenie wszystkich lekcji kursu."},
            },
        },
    }
    assert status["statusListIndex"] == str(200_001 % 131_072)
    assert status["statusListCredential"] == f"{PUBLIC_URL}/api/v1/credentials/status/1"
    assert proof["cryptosuite"] == "eddsa-rdfc-2022"
    assert proof["created"] == "2026-11-20T12:30:05Z"


def test_two_credentials_of_a_learner_have_nothing_but_their_name_in_common(signer):
    page = f"{PUBLIC_URL}/api/v1/certificates/verify/"
    one, two = (
        credential(signer, certificate_id=n, course_id=n, verify_url=f"{page}{'A' * 21}{n}")
        for n in (1, 2)
    )
    assert one["credentialSubject"]["id"] != two["credentialSubject"]["id"]
    assert one["credentialSubject"]["identifier"] == two["credentialSubject"]["identifier"]


def test_a_time_with_another_offset_is_the_same_time(signer):
    elsewhere = ISSUED_AT.astimezone(datetime.strptime("+0530", "%z").tzinfo)
    same = make_credential(signer, completion(issued_at=elsewhere))
    assert same == make_credential(signer, completion())


def test_early_dates_have_four_digits(verify, signer):
    early = datetime(1, 2, 3, tzinfo=UTC)
    document = credential(signer, issued_at=early, completed_on=date(1, 2, 3))
    assert document["validFrom"] == "0001-02-03T00:00:00Z"
    assert verify(document, signer.issuer, status_list(signer)) == GOOD


@pytest.mark.parametrize("url", ["", "certificates/1", "https://api.example.com/a b"])
def test_what_no_proof_would_cover_is_not_signed(signer, url):
    with pytest.raises(ErrorSigningFile):
        make_credential(signer, completion(verify_url=url))
