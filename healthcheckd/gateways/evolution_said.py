"""What Evolution says of a request itself: its errors, in the several forms they have, and answers that prove."""

from collections.abc import Iterator
from typing import Any

import msgspec

from healthcheckd.domain.observations import Proof
from healthcheckd.gateways.http import Answer

NO_SUCH_ROUTE = "Cannot "
NO_REASON = "[object Object]"
DEAD_SOCKET = "Connection Closed"


class _Said(msgspec.Struct):
    """`error` is true, or the name of a status; `message` a text, a list, or a list of lists, here or in `response`."""

    error: Any = None
    message: Any = None
    response: Any = None
    is_business: Any = msgspec.field(default=None, name="isBusiness")


def words(answer: Answer) -> str:
    """Its reason, for people; nothing where it gives none."""
    said = _said(answer)
    message = said.response.get("message") if isinstance(said.response, dict) else said.message
    told = ", ".join(_texts(message))
    return "" if told == NO_REASON or told.startswith(NO_SUCH_ROUTE) else told


def is_missing(answer: Answer) -> bool:
    """Whether it is Evolution itself that knows no such instance; it looks for that before it looks at the key."""
    return answer.status == 404 and words(answer).endswith(("does not exist", "not found"))


def refuses(answer: Answer) -> bool:
    """Its verbs say 200 to whatever they could not do."""
    return _said(answer).error is True


def proof(answer: Answer) -> Proof:
    """What the answer to a question that only WhatsApp can answer is worth."""
    if answer.ok:
        return Proof.PROVED if isinstance(_said(answer).is_business, bool) else Proof.INCONCLUSIVE
    if answer.status >= 500 and DEAD_SOCKET in words(answer):
        return Proof.REFUTED
    never = answer.status in {404, 405, 501} and not is_missing(answer)
    return Proof.UNSUPPORTED if never else Proof.INCONCLUSIVE


def _said(answer: Answer) -> _Said:
    try:
        return msgspec.json.decode(answer.body, type=_Said)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _Said()


def _texts(message: Any) -> Iterator[str]:
    if isinstance(message, str):
        yield message
    elif isinstance(message, list):
        for part in message:
            yield from _texts(part)
