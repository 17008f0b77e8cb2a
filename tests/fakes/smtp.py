"""A mail server that says what it is told to at each step: refuses, hangs up, keeps silent, takes its time."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path

CERTIFICATES = Path(__file__).parents[1] / "integration" / "notify" / "certificates"

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


async def _nothing(step: str) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that came to its last dot and was not refused then, even if nothing was answered."""

    recipient: str
    message_id: str


@dataclass
class Scripted:
    """Answers each command from `answers`, where they differ from those of a polite server. `RCPT somebody@example.com`
    is about one recipient, `END` about a whole message, `TLS` what is said in place of a handshake. `before` is called
    as a step is reached, `after` when it was answered."""

    answers: Mapping[str, str] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    before: Callable[[str], Awaitable[None]] = _nothing
    after: Callable[[str], Awaitable[None]] = _nothing
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
        recipient = ""
        if not await self._answer("CONNECT", self._says("CONNECT"), writer):
            return
        while line := await reader.readline():
            words = line.decode().split()
            verb = words[0].upper()
            self.heard.append(line.decode().strip())
            if verb == "RCPT":
                recipient = words[1].removeprefix("TO:").strip("<>")
            says = self.answers.get(f"{verb} {recipient}", self._says(verb))
            if not await self._answer(verb, says, writer) or verb == "QUIT":
                return
            if verb == "STARTTLS" and says.startswith("220") and not await self._encrypted(writer):
                return
            if verb == "DATA" and says.startswith("354") and not await self._taken(recipient, reader, writer):
                return

    async def _encrypted(self, writer: asyncio.StreamWriter) -> bool:
        if "TLS" in self.answers:
            await self._answer("TLS", self.answers["TLS"], writer)
            return False
        await writer.start_tls(server_context())
        return True

    async def _taken(self, recipient: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        content = await reader.readuntil(b"\r\n.\r\n")
        mail = message_from_bytes(content, policy=policy.default)
        says = self._says("END")
        if says[0] not in "45":
            self.letters.append(Letter(recipient, str(mail["Message-ID"])))
        return await self._answer("END", says, writer)

    def _says(self, verb: str) -> str:
        return self.answers.get(verb, POLITE.get(verb, "502 what?"))

    async def _answer(self, step: str, words: str, writer: asyncio.StreamWriter) -> bool:
        """False to hang up."""
        await self.before(step)
        if words == SILENCE:
            await self._closing.wait()
            return False
        if words == HANG_UP:
            return False
        writer.write(words.encode() + b"\r\n")
        await writer.drain()
        await self.after(step)
        return True
