"""Mail over SMTP: encrypted unless told otherwise, one connection for each message, step by step."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from aiosmtplib import SMTP, SMTPException

from healthcheckd.errors import DeliveryError
from healthcheckd.notify.addresses import Mailbox, mailbox
from healthcheckd.notify.mime import as_mime
from healthcheckd.notify.smtp_faults import Blame, Step
from healthcheckd.ports.channel import Message
from healthcheckd.ports.clock import Clock
from healthcheckd.settings import EmailSettings

_FOR_THE_LAST_ANSWER = 4
"""How many time-outs to wait for the answer to a whole message: servers scan it first; giving up means a duplicate."""


class EmailChannel:
    """A `Channel` for one SMTP server."""

    name = "email"

    def __init__(self, settings: EmailSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._blame = Blame(settings)
        self._timeout = settings.timeout.total_seconds()

    async def deliver(self, message: Message) -> str:
        """Nothing is awaited once the server has accepted: no cancellation comes between that and its record."""
        sender, recipient = self._sender(), self._recipient(message.recipient)
        mime = self._mime(message, sender, recipient)
        async with self._session() as client:
            await self._envelope(client, sender, recipient)
            with self._during(Step.DATA):
                answer = await client.data(mime, timeout=_FOR_THE_LAST_ANSWER * self._timeout)
            return self._blame.words(answer.message)

    async def verify(self) -> str:
        sender = self._sender()
        async with self._session() as client:
            cipher = client.get_transport_info("cipher")
            secured = f"encrypted ({cipher[1]})" if cipher else "not encrypted"
        who = f"logged in as {self._settings.username}" if self._settings.username else "no login"
        return f"{self._blame.where}: {secured}, {who}, would send from {sender.address}"

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[SMTP]:
        """Connected, encrypted, logged in; takes its leave without waiting for an answer."""
        context = await self._trust()
        client = SMTP(
            hostname=self._settings.host,
            port=self._settings.port,
            timeout=self._timeout,
            use_tls=self._settings.security == "tls",
            start_tls=False,
            tls_context=context,
        )
        try:
            await self._open(client)
            yield client
        finally:
            _leave(client)

    async def _open(self, client: SMTP) -> None:
        with self._during(Step.CONNECT):
            await client.connect()
        with self._during(Step.EHLO):
            await client.ehlo()
        if self._settings.security == "starttls":
            await self._encrypt(client)
        if self._settings.username:
            password = self._settings.password.reveal() if self._settings.password else ""
            with self._during(Step.LOGIN):
                await client.login(self._settings.username, password)

    async def _encrypt(self, client: SMTP) -> None:
        if not client.supports_extension("starttls"):
            raise self._blame.channel(
                "does not offer STARTTLS, so nothing was sent",
                'use port 465 with email.security = "tls"; "none" only on a network you trust',
            )
        with self._during(Step.STARTTLS):
            await client.starttls()
            await client.ehlo()

    async def _envelope(self, client: SMTP, sender: Mailbox, recipient: Mailbox) -> None:
        utf8 = sender.needs_utf8 or recipient.needs_utf8
        if utf8 and not client.supports_extension("smtputf8"):
            raise self._no_utf8(sender)
        with self._during(Step.SENDER):
            await client.mail(sender.address, options=["SMTPUTF8"] if utf8 else [], encoding="utf-8")
        with self._during(Step.RECIPIENT):
            await client.rcpt(recipient.address, encoding="utf-8")

    async def _trust(self) -> ssl.SSLContext | None:
        if self._settings.security == "none":
            return None
        with self._during(Step.TRUST):
            return await asyncio.to_thread(_context, self._settings)

    @contextmanager
    def _during(self, step: Step) -> Iterator[None]:
        try:
            yield
        except (SMTPException, OSError, UnicodeError) as error:
            raise self._blame.failed(step, error) from error

    def _sender(self) -> Mailbox:
        try:
            return mailbox(self._settings.sender)
        except ValueError as error:
            raise self._blame.channel(f"the sender {self._settings.sender} {error}", "set EMAIL_FROM") from error

    def _recipient(self, address: str) -> Mailbox:
        try:
            return mailbox(address)
        except ValueError as error:
            raise self._blame.recipient(f"the recipient {error}", permanent=True) from error

    def _mime(self, message: Message, sender: Mailbox, recipient: Mailbox) -> bytes:
        try:
            return as_mime(message, sender, recipient, self._settings, self._clock.now())
        except ValueError as error:
            raise self._blame.message(f"the message cannot be written: {error}") from error

    def _no_utf8(self, sender: Mailbox) -> DeliveryError:
        what = "does not take addresses with letters beyond ASCII (SMTPUTF8)"
        if sender.needs_utf8:
            return self._blame.channel(what, "set EMAIL_FROM to an address in ASCII")
        return self._blame.recipient(what, permanent=True, hint="give the owner an address in ASCII")


def _context(settings: EmailSettings) -> ssl.SSLContext:
    """The system's authorities, and the configured ones beside them."""
    context = ssl.create_default_context()
    if settings.ca_file:
        context.load_verify_locations(cafile=settings.ca_file)
    return context


def _leave(client: SMTP) -> None:
    """QUIT, and gone: the answer is of no use, and waiting for it could lose what was accepted."""
    if client.protocol is not None and client.is_connected:
        client.protocol.write(b"QUIT\r\n")
    client.close()
