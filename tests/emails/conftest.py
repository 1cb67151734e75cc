"""Real mail servers, and apps that send to them."""

import contextlib
import datetime
import ipaddress
import ssl
from email import message_from_string, policy

import live
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SENDER = "Kursy Żółw <no-reply@example.com>"
SITE = "https://www.example.com"


class Mailbox:
    """Takes e-mails, or answers as it is told to.

    :ivar messages: what arrived, parsed
    :ivar envelopes: the senders, recipients and options they came with
    :ivar answers: instead of the usual ones, by the command
    """

    def __init__(self):
        self.messages, self.envelopes, self.answers, self.logins = [], [], {}, []
        self.on_data = lambda: None

    async def handle_RCPT(self, server, session, envelope, address, options):
        """Take a recipient, or not."""
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        """Take an e-mail, or not."""
        self.on_data()
        if "DATA" in self.answers:
            return self.answers["DATA"]
        self.messages.append(message_from_string(envelope.content.decode(), policy=policy.SMTP))
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos, envelope.smtp_utf8))
        return "250 OK"

    async def handle_QUIT(self, server, session, envelope):
        """Say goodbye."""
        return self.answers.get("QUIT", "221 Bye")

    def authenticate(self, server, session, envelope, mechanism, data):
        """Let in whoever knows the password."""
        self.logins.append(server.transport.get_extra_info("sslcontext") is not None)
        is_right = (data.login, data.password) == (b"us@er", b"pass/word")
        return AuthResult(success=is_right, handled=False)


@contextlib.contextmanager
def serving(mailbox, **options):
    """A mail server on a port of its own; yields `host:port`."""
    port = live.free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        controller.stop()


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture(scope="module")
def shared_mailbox():
    return Mailbox()


@pytest.fixture(scope="module")
def mail_server(shared_mailbox):
    """The server of `sending_app`."""
    with serving(shared_mailbox) as address:
        yield address


@pytest.fixture(scope="module")
def sending_app(make_app, mail_server):
    """An app that sends its e-mails to `inbox`."""
    return make_app(SMTP_URL=f"smtp://{mail_server}", EMAIL_FROM=SENDER, FRONTEND_URL=SITE)


@pytest.fixture
def inbox(shared_mailbox):
    """What `sending_app` sends to, empty."""
    shared_mailbox.__init__()
    return shared_mailbox


@pytest.fixture
def work(sending_app, conn):
    """Do every job that waits, also one that waits to be tried again; what the worker said."""

    def once():
        conn.execute("update procrastinate_jobs set scheduled_at = null where status = 'todo'")
        answer = sending_app.test_cli_runner().invoke(args=["jobs", "work", "--once"])
        assert answer.exit_code == 0, answer.output
        return answer.output

    conn.execute("delete from procrastinate_jobs")
    return once


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that only who has its file trusts; with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.test")])
    now = datetime.datetime.now(datetime.UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "mail.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture(scope="session")
def server_tls(certificate):
    """What a server with that certificate speaks."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
