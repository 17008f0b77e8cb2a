"""Services that page people: an alert for each incident, which a recovery ends. PagerDuty (Events API v2) and Opsgenie
(Alert API), over HTTP of our own: an alert needs a key that outlives restarts, and an end."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp

from healthcheckd.domain.notices import GOOD_NEWS, NoticeKind
from healthcheckd.errors import DeliveryError, DeliveryScope
from healthcheckd.notify.foreign import clean
from healthcheckd.notify.webhook_faults import seconds_asked
from healthcheckd.ports.channel import Message
from healthcheckd.settings import ChannelSettings, Secret

MOST_WORDS = 4096
"""Bytes of an answer that are read."""

_SEVERITY = {
    NoticeKind.GATEWAY_DOWN: "critical",
    NoticeKind.MASS_FALL: "critical",
    NoticeKind.OFFLINE: "critical",
    NoticeKind.TEST: "info",
}
_PRIORITY = {"critical": "P1", "error": "P2", "info": "P5"}
_THIS_MESSAGE = frozenset({400, 413, 422})


@dataclass(frozen=True, slots=True)
class Post:
    url: str
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


Address = Callable[[str, str, Message, bool], Post]
"""From base URL, key, message, and whether the alert ends: what is posted where."""


class Pager:
    """A `Channel` for one integration of such a service."""

    def __init__(self, settings: ChannelSettings, base: str, address: Address) -> None:
        self.name = settings.name
        self._base = (settings.url.reveal() if settings.url else base).rstrip("/")
        self._key = settings.key or Secret("")
        self._timeout = settings.timeout.total_seconds()
        self._address = address

    async def deliver(self, message: Message) -> str:
        """A test ends the alert that it opens."""
        words = await self._post(message, message.kind in GOOD_NEWS)
        if message.kind == NoticeKind.TEST:
            words = f"{words}; ended again: {await self._post(message, True)}"
        return words

    async def verify(self) -> str:
        return f"{self._base}: only a message shows whether the key is good"

    async def _post(self, message: Message, ends: bool) -> str:
        post = self._address(self._base, self._key.reveal(), message, ends)
        try:
            async with asyncio.timeout(self._timeout), aiohttp.ClientSession(auto_decompress=False) as session:
                headers = {**post.headers, "Accept-Encoding": "identity"}
                answer = await session.post(post.url, json=post.body, headers=headers, allow_redirects=False)
                words = self._words(await answer.content.read(MOST_WORDS))
        except TimeoutError:
            raise self._late() from None
        except (aiohttp.ClientError, OSError) as error:
            raise self._error(self._words(str(error).encode()), DeliveryScope.CHANNEL) from None
        if answer.status not in {200, 201, 202}:
            raise self._refused(answer.status, words, answer.headers.get("Retry-After", ""))
        return f"{answer.status} {words}"

    def _late(self) -> DeliveryError:
        error = self._error(f"no answer within {self._timeout:g} s", DeliveryScope.CHANNEL)
        error.unclear = True
        return error

    def _refused(self, status: int, words: str, after: str) -> DeliveryError:
        what = f"{status} {words}".strip()
        if status in _THIS_MESSAGE and "routing_key" not in words:
            return self._error(what, DeliveryScope.MESSAGE, permanent=True)
        hint = f"check the key of channel {self.name}" if status in {400, 401, 403} else ""
        error = self._error(what, DeliveryScope.CHANNEL, hint=hint)
        error.retry_after = seconds_asked(after)
        return error

    def _words(self, body: bytes) -> str:
        """The service's own sentence where there is one, without the key."""
        text = body.decode(errors="replace")
        try:
            answer = json.loads(text)
        except ValueError:
            answer = None
        if isinstance(answer, dict):
            said = [answer.get("message") or answer.get("result"), *_list(answer.get("errors"))]
            text = "; ".join(str(part) for part in said if part) or text
        key = self._key.reveal()
        return clean(text.replace(key, "****") if key else text)

    def _error(self, what: str, scope: DeliveryScope, *, permanent: bool = False, hint: str = "") -> DeliveryError:
        return DeliveryError(what, scope=scope, permanent=permanent, where=f"channel {self.name}", hint=hint)


def pagerduty(settings: ChannelSettings) -> Pager:
    return Pager(settings, "https://events.pagerduty.com", _to_pagerduty)


def opsgenie(settings: ChannelSettings) -> Pager:
    return Pager(settings, "https://api.opsgenie.com", _to_opsgenie)


def _to_pagerduty(base: str, key: str, message: Message, ends: bool) -> Post:
    event: dict[str, Any] = {
        "routing_key": key,
        "event_action": "resolve" if ends else "trigger",
        "dedup_key": alert_key(message),
    }
    if not ends:
        event["payload"] = {
            "summary": message.subject[:1024],
            "source": _installation(message),
            "severity": _SEVERITY.get(NoticeKind(message.kind), "error"),
            "class": message.kind,
            "custom_details": {"text": message.text},
        }
    return Post(f"{base}/v2/enqueue", event)


def _to_opsgenie(base: str, key: str, message: Message, ends: bool) -> Post:
    alias, headers = alert_key(message), {"Authorization": f"GenieKey {key}"}
    if ends:
        note = {"source": _installation(message), "note": message.subject[:25_000]}
        return Post(f"{base}/v2/alerts/{quote(alias, safe='')}/close?identifierType=alias", note, headers)
    alert = {
        "message": message.subject[:130],
        "alias": alias,
        "description": message.text[:15_000],
        "source": _installation(message),
        "priority": _PRIORITY[_SEVERITY.get(NoticeKind(message.kind), "error")],
        "tags": ["healthcheckd", message.kind],
    }
    return Post(f"{base}/v2/alerts", alert, headers)


def alert_key(message: Message) -> str:
    """The same for all messages of one incident of one installation, reminders and the end included."""
    return (message.thread or message.message_id).strip("<>")


def _installation(message: Message) -> str:
    return message.message_id.strip("<>").rpartition("@")[2] or "healthcheckd"


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
