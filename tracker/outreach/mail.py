"""Mail over SMTP: one message to one address, and a connection that says what may be tried again."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError, MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime

from ..config import Settings
from ..errors import Invalid, TrackerError

TIMEOUT_S = 20
_UNFOLDED = default.clone(max_line_length=900)
"""Else a long address in a header is folded into encoded words, which no mail program reads as an address."""


class MailRefused(TrackerError):
    """The mail server will never take this message."""


class MailDelayed(TrackerError):
    """The mail server does not take this message now; later it may."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be mailed: a name that stays the same when it is sent again, one address, subject and plain text."""

    name: str
    to: str
    subject: str
    text: str
    leave: str = ""
    """Where a mail program ends the subscription with one request (RFC 8058)."""


def is_mail_on(settings: Settings) -> bool:
    """Whether a mail server is set at all."""
    return bool(settings.mail_host)


def make_message(letter: Letter, sender: str, at: datetime) -> EmailMessage:
    """The message as it goes over the line.

    Nobody can put a header or a second recipient into it: the address must be exactly one, and the subject is one line.
    Raises `Invalid` for what is no address.
    """
    message = EmailMessage(policy=_UNFOLDED if letter.leave else default)
    message["From"] = one_address(sender)
    message["To"] = one_address(letter.to)
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{letter.name}@{one_address(sender).domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.leave:
        message["List-Unsubscribe"] = f"<{letter.leave}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    return message


def one_address(text: str) -> Address:
    """The one email address that a text is; raises `Invalid` for anything else."""
    try:
        address = Address(addr_spec=text.strip())
    except (ValueError, IndexError, HeaderParseError, MessageError):
        raise Invalid(f"«{text[:80]}» is not an email address.") from None
    if not address.username or not address.domain or not text.isprintable() or not text.isascii():
        raise Invalid(f"«{text[:80]}» is not an email address.")
    return address


@contextmanager
def mail_server(settings: Settings) -> Iterator[smtplib.SMTP]:
    """An open connection, signed in; raises `MailDelayed` when the server cannot be reached or turns us away."""
    try:
        one_address(settings.mail_from)
    except Invalid as why:
        raise MailDelayed(f"TRACKER_MAIL_FROM: {why}") from why  # ours to mend: no notice is to pay for it
    try:
        server = _connect(settings)
    except (OSError, smtplib.SMTPException) as why:
        raise MailDelayed(f"The mail server {settings.mail_host} did not answer: {why}") from why
    try:
        yield server
    finally:
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()


def _connect(settings: Settings) -> smtplib.SMTP:
    where = (settings.mail_host, settings.mail_port)
    if settings.mail_tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=TIMEOUT_S, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(*where, timeout=TIMEOUT_S)
    try:
        if settings.mail_tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.mail_user:
            server.login(settings.mail_user, settings.mail_password)
    except BaseException:
        server.close()
        raise
    return server


def send_letter(server: smtplib.SMTP, letter: Letter, sender: str, at: datetime) -> None:
    """Hand one letter to the server. Raises `MailRefused` for good, `MailDelayed` for what may work later."""
    try:
        message = make_message(letter, sender, at)
    except Invalid as why:
        raise MailRefused(str(why)) from why
    try:
        server.send_message(message, from_addr=sender, to_addrs=[letter.to.strip()])
    except smtplib.SMTPRecipientsRefused as why:
        code, words = next(iter(why.recipients.values()))
        raise _answer(code, words) from why
    except smtplib.SMTPSenderRefused as why:  # it is about us, not about the letter
        raise MailDelayed(f"The mail server takes no mail from {sender}: {why.smtp_code}") from why
    except smtplib.SMTPResponseException as why:
        raise _answer(why.smtp_code, why.smtp_error) from why
    except (OSError, smtplib.SMTPException) as why:
        raise MailDelayed(f"The connection broke: {why}") from why


def _answer(code: int, words: bytes | str) -> TrackerError:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    text = f"The mail server said {code} {said}"[:400]
    return MailRefused(text) if code >= 500 else MailDelayed(text)
