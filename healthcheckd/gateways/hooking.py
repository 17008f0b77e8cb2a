"""What the hooks of all kinds share: decoding without trust, and chats that are none."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from healthcheckd.ports.hooks import HookRefused, News
from healthcheckd.settings import GatewaySettings, Secret

NO_CHATS = ("status@broadcast", "@newsletter")
"""Stories and channels: what is posted there is no message to anybody."""

LAST_SECOND = 100_000_000_000
"""A greater number would lie beyond the year 5000: it is in milliseconds."""


class SecretHook:
    """Of a gateway with a secret for its posts; `secret` is set, else there is no hook."""

    in_path = False

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self.secret = settings.hook_secret or Secret("")

    def handshake(self, query: Mapping[str, str]) -> str:
        raise HookRefused(f"{self._settings.kind} does not ask first")


def decoded(body: bytes) -> dict[str, Any]:
    """The object in a body; an empty one for anything else."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    return table(found)


def table(value: object) -> dict[str, Any]:
    """`value` where it is an object."""
    return value if isinstance(value, dict) else {}


def text(value: object) -> str:
    """`value` where it is a text or a whole number, as ids are written."""
    if isinstance(value, bool):
        return ""
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""


def changed(*names: object) -> tuple[News, ...]:
    """That a session's state may be another now; `names` are what it may be called."""
    known = _known(names)
    return (News(known, changed=True),) if known else ()


def message(*names: object, number: object, ours: bool, chat: object = "", at: object = None) -> tuple[News, ...]:
    """One message that a session sent or got; `number` is its id. With its own instant, `at`, it is evidence too: what
    came in, came from WhatsApp; of what was sent, an echo of the gateway's has to go without."""
    known = _known(names)
    if not known or not text(number) or text(chat).endswith(NO_CHATS):
        return ()
    return (News(known, sent=int(ours), received=int(not ours), message=text(number), proved_at=instant(at)),)


def arrived(*names: object, numbers: object, chat: object = "", at: object = None) -> tuple[News, ...]:
    """Messages that a session sent, known by a receipt. Only by the first kind of it, which comes at once: later ones
    may come when the message has long been counted, and is forgotten."""
    each = numbers if isinstance(numbers, list) else []
    return tuple(news for one in each for news in message(*names, number=one, ours=True, chat=chat, at=at))


def answered(*names: object, at: object) -> tuple[News, ...]:
    """A receipt for a message that is counted otherwise: evidence alone."""
    known, proved_at = _known(names), instant(at)
    return (News(known, proved_at=proved_at),) if known and proved_at else ()


def instant(value: object) -> datetime | None:
    """Seconds or milliseconds since 1970, as a number or its digits, or a text with its offset; None for all else."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:20])
    if isinstance(value, str):
        return _written(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value / 1000 if value > LAST_SECOND else value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _written(value: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _known(names: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(text, names))))
