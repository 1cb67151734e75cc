"""The PDF and the credential, made by the real worker."""

import hashlib
import io
import json
from urllib.parse import unquote

import builders
import pikepdf
import pypdfium2
import pytest
from certificates.conftest import CERTIFICATES, PUBLIC_URL
from problems import assert_problem


@pytest.fixture
def made(graduate, course, issue):
    """A certificate whose file waits for the worker; `client` is its learner's."""

    class Made:
        def __init__(self):
            self.learner = graduate(course)
            self.client = self.learner.client
            self.json = issue(self.learner, course).json
            self.id = self.json["id"]
            self.path = f"{CERTIFICATES}/{self.id}"

    return Made()


@pytest.mark.parametrize("what", ["pdf", "credential"])
def test_what_is_being_made_is_waited_for(made, what):
    answer = made.client.get(f"{made.path}/{what}")
    assert answer.status_code == 202
    assert answer.json == {"status": "rendering"}
    assert answer.headers["Retry-After"] == "1"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_pdf_is_one_page_with_the_credential_in_it(made, work):
    work()
    answer = made.client.get(f"{made.path}/pdf")
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    name = f"{made.json['course_title']} {made.json['completed_on']}.pdf"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="Zazoc ges')
    assert name_of(answer) == name
    (page,) = pypdfium2.PdfDocument(answer.data)
    text = " ".join(page.get_textpage().get_text_range().split())
    for part in ("Ada Lovelace", "Grace Hopper", "Akademia", made.json["code"]):
        assert part in text
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        (attached,) = pdf.attachments.values()
        credential = attached.get_file().read_bytes()
    assert credential == made.client.get(f"{made.path}/credential").data


def name_of(answer):
    """The name of the file, in any script."""
    return unquote(answer.headers["Content-Disposition"].partition("filename*=UTF-8''")[2])


def test_the_state_is_ready_then(made, work):
    work()
    assert made.client.get(made.path).json == made.json | {"status": "ready"}


def test_who_has_the_file_is_not_sent_it_again(made, work, recorder):
    work()
    first = made.client.get(f"{made.path}/pdf")
    tag = first.headers["ETag"]
    assert tag == f'"{hashlib.sha256(first.data).hexdigest()}"'
    again = made.client.get(f"{made.path}/pdf", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    weak = made.client.get(f"{made.path}/pdf", headers={"If-None-Match": f"W/{tag}"})
    assert (weak.status_code, weak.data) == (304, b"")
    other = made.client.get(f"{made.path}/pdf", headers={"If-None-Match": f'"{"0" * 64}"'})
    assert other.data == first.data


def test_the_credential_is_of_this_certificate(made, work):
    work()
    answer = made.client.get(f"{made.path}/credential")
    assert answer.content_type == "application/vc"
    credential = json.loads(answer.data)
    assert credential["id"] == made.json["verify_url"]
    assert credential["proof"]["cryptosuite"] == "eddsa-rdfc-2022"
    status = credential["credentialStatus"]
    (status,) = status if isinstance(status, list) else [status]
    assert status["statusListCredential"] == f"{PUBLIC_URL}/api/v1/credentials/status/0"
    assert int(status["statusListIndex"]) == made.id


def test_the_status_list_is_there_with_the_first_credential(made, work, client):
    made.client.get(made.path)
    work()
    answer = client.get("/api/v1/credentials/status/0")
    assert answer.status_code == 200
    assert answer.json["credentialSubject"]["statusPurpose"] == "revocation"
    assert_problem(client.get("/api/v1/credentials/status/77"), "not_found")


def test_without_a_key_there_is_a_pdf_and_no_credential(make_app, conn, graduate, course, work):
    app = make_app(PUBLIC_URL=PUBLIC_URL, CREDENTIAL_KEY="")
    learner = graduate(course)
    client = app.test_client()
    client.set_cookie("access_token", builders.access_token(app, conn, learner))
    path = f"{CERTIFICATES}/{client.post(f'{CERTIFICATES}/courses/{course.id}').json['id']}"
    answer = app.test_cli_runner().invoke(args=["jobs", "work", "--once"])
    assert answer.exit_code == 0, answer.output
    assert client.get(f"{path}/pdf").status_code == 200
    assert_problem(client.get(f"{path}/credential"), "credentials_not_configured")


@pytest.mark.parametrize("what", ["", "/pdf", "/credential"])
def test_it_is_for_its_learner_and_admins_alone(made, work, as_user, conn, admin, client, what):
    work()
    path = f"{made.path}{what}"
    assert admin.get(path).status_code == made.client.get(path).status_code == 200
    assert_problem(as_user(builders.make_user(conn)).get(path), "not_found")
    assert_problem(client.get(path), "unauthenticated")
    assert_problem(admin.get(f"{CERTIFICATES}/{10**15}{what}"), "not_found")


def test_hostile_titles_make_a_harmless_name(graduate, conn, issue, work):
    title = 'a/../b"; x="\r\n<b>\u202efdp' + "ż" * 100
    course = builders.make_course(conn, lessons=1, title=title)
    learner = graduate(course, full_name="<script>alert(1)</script>")
    made = issue(learner, course).json
    work()
    answer = learner.client.get(f"{CERTIFICATES}/{made['id']}/pdf")
    assert answer.status_code == 200
    name = name_of(answer)
    assert name.endswith(f"{made['completed_on']}.pdf")
    assert not set(name) & set('/\\"<>\r\n\u202e')
    assert len(name) < 100
