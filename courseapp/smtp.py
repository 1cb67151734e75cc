"""Handing e-mails to the mail server."""

import contextlib
import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import make_msgid

import click
from flask import current_app

from courseapp.jobs import HopelessError
from courseapp.setting_values import MailServer

# For each step of the conversation; a worker that is asked to stop waits as long.
TIMEOUT_SECONDS = 10


def deliver(message: EmailMessage) -> None:
    """Send a message, or print it in development without SMTP_URL.

    :raise HopelessError: if the server refuses this address or message for good, or there is none.
    :raise smtplib.SMTPException: if something else is wrong with it.
    :raise OSError: if it cannot be reached in time.
    """
    server, sender = current_app.config["SMTP_URL"], current_app.config["EMAIL_FROM"]
    if server is None:
        if current_app.config["APP_ENV"] != "development":
            raise HopelessError("SMTP_URL is not set, so e-mails cannot be sent")
        click.echo(f"--- E-mail to {message['To']}: {message['Subject']}")
        click.echo("\n".join(message.get_body(("plain",)).get_content().splitlines()))
        click.echo("---")
        return
    message["From"] = sender
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = make_msgid(domain=sender.domain)
    recipient = message["To"].addresses[0].addr_spec
    with contextlib.closing(_connected(server)) as smtp:
        try:
            smtp.send_message(message, sender.addr_spec, [recipient])
        except smtplib.SMTPRecipientsRefused as error:
            _judge(error, *error.recipients[recipient])
        except smtplib.SMTPDataError as error:
            _judge(error, error.smtp_code, error.smtp_error)
        except smtplib.SMTPNotSupportedError as error:
            raise HopelessError("the mail server takes no address with other letters") from error
        # It is sent, whatever comes now.
        with contextlib.suppress(smtplib.SMTPException):
            smtp.quit()


def _connected(server: MailServer) -> smtplib.SMTP:
    """A connection on which a message can be sent."""
    # Certificates are checked against the system's, or those of SSL_CERT_FILE.
    tls = ssl.create_default_context()
    if server.scheme == "smtps":
        smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=tls)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        if server.scheme == "smtp+starttls":
            smtp.starttls(context=tls)
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _judge(error: smtplib.SMTPException, code: int, said: bytes) -> None:
    """4xx may pass; 5xx about an address or a message does not."""
    if code >= 500:
        raise HopelessError(f"the mail server said {code} {said!r}") from error
    raise error
