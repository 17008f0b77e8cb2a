"""Mail servers on this machine: a real one (aiosmtpd), and one that says what it is told to at each step."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CERTIFICATES = Path(__file__).parent / "certificates"
CA_FILE = CERTIFICATES / "server.pem"
USER, PASSWORD = "alerts", "correct horse"

SILENCE = "silence"
HANG_UP = "hang up"

POLITE: Mapping[str, str] = {
    "CONNECT": "220 mail.test ESMTP",
    "EHLO": "250-mail.test\r\n250-STARTTLS\r\n250 AUTH PLAIN",
    "STARTTLS": "220 go ahead",
    "AUTH": "235 welcome",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "END": "250 queued as 1",
    "QUIT": "221 bye",
}


def server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "server.pem", CERTIFICATES / "server.key")
    return context


@dataclass
class Scripted:
    """Answers each command from `answers`, where they differ from those of a polite server."""

    answers: Mapping[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    port: int = 0
    left: asyncio.Event = field(default_factory=asyncio.Event)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def serving(self, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        try:
            self.port = server.sockets[0].getsockname()[1]
            yield self.port
        finally:
            server.close()
            self._closing.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            self.heard.append("(gone)")
        finally:
            writer.close()
            self.left.set()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not await self._answer("CONNECT", writer):
            return
        while line := await reader.readline():
            verb = line.decode().split()[0].upper()
            self.heard.append(line.decode().strip())
            if not await self._answer(verb, writer) or verb == "QUIT":
                return
            if verb == "STARTTLS" and self._says(verb).startswith("220"):
                await writer.start_tls(server_context())
            if verb == "DATA" and self._says(verb).startswith("354"):
                await reader.readuntil(b"\r\n.\r\n")
                if not await self._answer("END", writer):
                    return

    def _says(self, verb: str) -> str:
        return self.answers.get(verb, POLITE.get(verb, "502 what?"))

    async def _answer(self, verb: str, writer: asyncio.StreamWriter) -> bool:
        """False to hang up."""
        words = self._says(verb)
        if words == SILENCE:
            await self._closing.wait()
            return False
        if words == HANG_UP:
            return False
        writer.write(words.encode() + b"\r\n")
        await writer.drain()
        return True


@dataclass
class Inbox:
    """What a real server accepted, and from whom."""

    contents: list[bytes] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    nobody: str = ""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == self.nobody:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.contents.append(envelope.original_content or b"")
        self.envelopes.append(envelope)
        self.encrypted.append(session.ssl is not None)
        return "250 taken"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        return AuthResult(success=data == LoginPassword(USER.encode(), PASSWORD.encode()), handled=False)


@asynccontextmanager
async def real_server(
    inbox: Inbox, *, starttls: bool = True, tls: bool = False, login: bool = True, utf8: bool = True
) -> AsyncIterator[int]:
    """A server that asks for a login once the connection is encrypted."""
    loop = asyncio.get_running_loop()
    sessions: list[SMTP] = []

    def session() -> SMTP:
        smtp = SMTP(
            inbox,
            hostname="mail.test",
            enable_SMTPUTF8=utf8,
            tls_context=server_context() if starttls else None,
            require_starttls=starttls,
            auth_required=login,
            auth_require_tls=starttls,
            authenticator=inbox.authenticate if login else None,
            loop=loop,
        )
        sessions.append(smtp)
        return smtp

    server = await loop.create_server(session, "127.0.0.1", 0, ssl=server_context() if tls else None)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for smtp in sessions:
            if smtp.transport is not None:
                smtp.transport.close()
