"""A mail server that delivers nothing: it keeps each mail in a folder, for demonstrations. Loopback only."""

import asyncio
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class KeptMail:
    """One mail as it arrived (`eml`) and its HTML part, to look at in a browser (None where it has none)."""

    recipient: str
    subject: str
    eml: Path
    html: Path | None


class MailSink:
    """Takes mail at a port that the system chooses, and keeps it in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: asyncio.Server | None = None
        self._mails: list[KeptMail] = []
        self._numbers = count(1)

    @property
    def mails(self) -> tuple[KeptMail, ...]:
        """In the order of their arrival."""
        return tuple(self._mails)

    @property
    def port(self) -> int:
        if self._server is None:
            raise RuntimeError("the sink is not open")
        return int(self._server.sockets[0].getsockname()[1])

    async def open(self) -> int:
        """Returns the port."""
        self._folder.mkdir(parents=True, exist_ok=True)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname="localhost", enable_SMTPUTF8=True, loop=loop), LOOPBACK, 0
        )
        return self.port

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:  # the name aiosmtpd looks for
        """Called by aiosmtpd for each mail; its answer goes to the client."""
        content = envelope.original_content or b""
        number = next(self._numbers)
        self._mails.append(await asyncio.to_thread(self._keep, number, envelope.rcpt_tos[0], content))
        return f"250 kept as {number:04d}"

    def _keep(self, number: int, recipient: str, content: bytes) -> KeptMail:
        mail = message_from_bytes(content, policy=policy.default)
        eml = self._folder / f"{number:04d}.eml"
        eml.write_bytes(content)
        return KeptMail(recipient, str(mail["Subject"] or ""), eml, _html(mail, eml.with_suffix(".html")))


def _html(mail: EmailMessage, path: Path) -> Path | None:
    part = mail.get_body(("html",))
    if part is None:
        return None
    path.write_text(part.get_content(), encoding="utf-8")
    return path
