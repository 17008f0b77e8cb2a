"""Any service that apprise knows: chats, pushes, SMS; one message at a time, in plain text, with a deadline."""

import asyncio
import logging
import re
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from healthcheckd.config.apprise_urls import SAMPLES, filled, service, without_secrets
from healthcheckd.domain.accounts import digits
from healthcheckd.domain.notices import GOOD_NEWS, NoticeKind
from healthcheckd.errors import DeliveryError, DeliveryScope
from healthcheckd.notify.foreign import clean
from healthcheckd.notify.markup import plain
from healthcheckd.ports.channel import Message
from healthcheckd.settings import ChannelSettings

_STATUS = re.compile(r"\berror[=:]\s*(\d{3})\b")
_THIS_MESSAGE = frozenset({400, 413, 422})
"""Answers that speak of what was sent, not of the way there."""


class AppriseChannel:
    """A `Channel` for one apprise URL. Where that has a place for its reader, a refusal may be the reader's fault."""

    def __init__(self, settings: ChannelSettings) -> None:
        self.name = settings.name
        self._settings = settings
        self._pattern = settings.url.reveal() if settings.url else ""

    async def deliver(self, message: Message) -> str:
        """Returns what apprise says of it: the service's own words it keeps to itself."""
        try:
            async with asyncio.timeout(self._settings.timeout.total_seconds()):
                accepted, words = await _in_a_thread(lambda: self._send(message))
        except TimeoutError:
            raise self._late() from None
        said = clean("; ".join(without_secrets(word, self._pattern) for word in words))
        if not accepted:
            raise self._refused(said)
        return said or "the service took it"

    async def verify(self) -> str:
        found = service(filled(self._pattern, SAMPLES))
        known = getattr(found, "service_name", None)
        return f"{known or 'apprise'}: only a message shows whether it works"

    def _send(self, message: Message) -> tuple[bool, list[str]]:
        from apprise import Apprise, NotifyFormat

        found = service(filled(self._pattern, {"phone": digits(message.recipient), "address": message.recipient}))
        if found is None:
            raise self._no_such_reader()
        # Its reasons are told to a logger only; one of its own tells them apart from those of others.
        found.logger = ear = Ear()
        sender, scheme = Apprise(), self._pattern.partition("://")[0]
        sender.add(found)
        body, title = (plain(text, scheme) for text in _texts(message))
        type_ = _type(message.kind)
        accepted = sender.notify(body=body, title=title, notify_type=type_, body_format=NotifyFormat.TEXT)
        return bool(accepted), ear.words

    def _refused(self, words: str) -> DeliveryError:
        found = _STATUS.search(words)
        what = words or "the service did not take the message, and apprise does not say why"
        if found and int(found[1]) in _THIS_MESSAGE:
            scope = DeliveryScope.RECIPIENT if self._settings.placeholders else DeliveryScope.MESSAGE
            return self._error(what, scope, permanent=scope is DeliveryScope.RECIPIENT)
        return self._error(what, DeliveryScope.CHANNEL)

    def _late(self) -> DeliveryError:
        seconds = self._settings.timeout.total_seconds()
        error = self._error(f"no answer within {seconds:g} s", DeliveryScope.CHANNEL)
        error.unclear = True
        return error

    def _no_such_reader(self) -> DeliveryError:
        return self._error("its url does not take this address", DeliveryScope.RECIPIENT, permanent=True)

    def _error(self, what: str, scope: DeliveryScope, *, permanent: bool = False) -> DeliveryError:
        hint = f"healthcheck channels test {self.name}" if scope is DeliveryScope.CHANNEL else ""
        return DeliveryError(what, scope=scope, permanent=permanent, where=f"channel {self.name}", hint=hint)


class Ear(logging.Logger):
    """Keeps what is worth a warning, and passes nothing on."""

    def __init__(self) -> None:
        super().__init__("channel", logging.WARNING)
        self.words: list[str] = []

    def handle(self, record: logging.LogRecord) -> None:
        self.words.append(record.getMessage())


def _texts(message: Message) -> tuple[str, str]:
    """Body and title; the short form has its subject in it."""
    return (message.chat, "") if message.chat else (message.text, message.subject)


def _type(kind: str) -> Any:
    from apprise import NotifyType

    if kind in GOOD_NEWS:
        return NotifyType.SUCCESS
    told = {NoticeKind.DIGEST, NoticeKind.QUOTA, NoticeKind.CLEANUP, NoticeKind.TEST}
    return NotifyType.INFO if kind in told else NotifyType.FAILURE


def _in_a_thread(work: Callable[[], tuple[bool, list[str]]]) -> "asyncio.Future[tuple[bool, list[str]]]":
    """One that nobody waits for at the end: apprise cannot be interrupted."""
    done: Future[tuple[bool, list[str]]] = Future()
    done.set_running_or_notify_cancel()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # whatever it is, it belongs to who waits
            done.set_exception(error)

    threading.Thread(target=run, name="channel", daemon=True).start()
    return asyncio.wrap_future(done)
