"""A real mail server on this machine, which keeps what it is sent and refuses what a test tells it to."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.serving import find_port


class KeepingServer:
    """Keeps every message; `answers` are what it says to the next messages instead of taking them."""

    def __init__(self) -> None:
        self.kept: list[tuple[list[str], Message]] = []
        self.answers: list[str] = []
        self.refused: set[str] = set()
        self.wants_sign_in = False

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Turn away a sender who should have signed in first."""
        if self.wants_sign_in:
            return "530 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse who is unknown here."""
        if address in self.refused:
            return "550 No such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep the message, unless something else was to be said."""
        if self.answers:
            return self.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        self.kept.append((list(envelope.rcpt_tos), message_from_bytes(envelope.content, policy=default)))
        return "250 Taken"


@contextmanager
def running_mail_server(port: int | None = None) -> Iterator[tuple[KeepingServer, int]]:
    """The server and its port, as long as the block runs."""
    keeper, port = KeepingServer(), port or find_port()
    controller = Controller(keeper, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield keeper, port
    finally:
        controller.stop()
