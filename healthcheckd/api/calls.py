"""One call of a route: what was asked, decoded strictly, with every fault named."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeVar
from urllib.parse import unquote

import msgspec
from aiohttp import web

from healthcheckd.api.client import BASE
from healthcheckd.api.failures import Malformed
from healthcheckd.api.parameters import Parameter
from healthcheckd.domain.accounts import AccountId, same_name
from healthcheckd.domain.durations import parse_duration
from healthcheckd.domain.naming import check_known
from healthcheckd.domain.selection import Selection, parse_limit, parse_selection, parse_since
from healthcheckd.errors import UnknownName, UsageError
from healthcheckd.ports.control import Caller, Control, Span

_T = TypeVar("_T")
_PLACE = re.compile(r" - at `\$\.?(.*)`$")
_ACCOUNTS = f"{BASE}/accounts/"
_PERSONAL = f"{BASE}/personal/accounts/"

PUBLIC_URL = web.AppKey("public_url", str)
"""What others call the place where the application is, if that is not where it listens."""

Aware = Annotated[datetime, msgspec.Meta(tz=True)]


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a request carries: a key that is not known is a fault, not a surprise later."""


class UntilBody(Body, frozen=True):
    """An end, as a length from now (`{"for": "2h"}`) or as an instant; neither is for good."""

    length: str | None = msgspec.field(name="for", default=None)
    until: Aware | None = None

    def end(self, now: datetime) -> datetime | None:
        if self.length is None:
            return None if self.until is None else in_utc(self.until, "until", '{"for": "2h"}')
        if self.until is not None:
            raise UsageError("either a length or an instant", where="until", hint='{"for": "2h"}')
        return now + duration(self.length, "for")


@dataclass(frozen=True, slots=True)
class Call:
    request: web.Request
    control: Control
    caller: Caller
    now: datetime

    async def account(self) -> AccountId:
        """The account that the path names, by the gateway's own bytes: however its letters were composed, but no other
        capitals, and no mere name. Raises `UnknownName`."""
        asked = self.addressed()
        found = await self.control.views.resolve(str(asked))
        if not (found.gateway == asked.gateway and same_name(found.session, asked.session)):
            raise UnknownName(f"no account “{asked}”", candidates=(str(found),), hint=f"did you mean {found}?")
        return found

    def addressed(self) -> AccountId:
        """As asked for, whether there is such an account or not: from the raw path, so that a session may be called
        anything; decoded once. `verb` is the last segment of a route that has one."""
        raw = self.request.rel_url.raw_path
        path = raw.partition(_PERSONAL)[2] or raw.partition(_ACCOUNTS)[2]
        if "verb" in self.request.match_info:
            path = path.rpartition("/")[0]
        gateway, _, session = path.partition("/")
        return AccountId(_decoded(gateway), _decoded(session))

    def name(self, segment: str) -> str:
        return self.request.match_info[segment]

    async def body(self, kind: type[_T]) -> _T:
        """Raises `Malformed` for what is no JSON, `UsageError` naming the key for what does not fit."""
        content = await self.request.read() or b"{}"
        try:
            return msgspec.json.decode(content, type=kind)
        except msgspec.ValidationError as error:
            raise misfit(error) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Malformed(f"the body is not JSON: {error}") from error

    def one(self, key: str, default: str = "") -> str:
        return self.request.query.get(key, default)

    def only(self, *keys: str) -> None:
        """Raises `UsageError` for a key of the query that is none of these."""
        for key in self.request.query:
            try:
                check_known("parameter", key, keys)
            except UnknownName as error:
                raise UsageError(error.what, where="query", hint=error.hint) from error

    def flag(self, key: str) -> bool:
        text = self.one(key, "false").lower()
        if text not in {"", "true", "yes", "1", "false", "no", "0"}:
            raise UsageError(f"“{text}” is neither yes nor no", where=key)
        return text in {"", "true", "yes", "1"}

    def selection(self, *besides: str) -> Selection:
        """From the query; `besides` are keys that it may hold and that are no selectors."""
        keys = [key for key in dict.fromkeys(self.request.query) if key not in besides]
        return parse_selection({key: self.request.query.getall(key) for key in keys}, self.now)

    def span(self) -> Span:
        return Span(self.instant("since"), self.instant("until"), parse_limit(self.one("limit", "100")))

    def instant(self, key: str) -> datetime | None:
        text = self.one(key)
        return parse_since(text, self.now) if text else None

    def choice(self, key: str, options: Sequence[str], default: str = "") -> str:
        chosen = self.one(key, default)
        if chosen != default:
            check_known(key, chosen, options)
        return chosen


Handler = Callable[[Call], Awaitable[object]]
"""Returns the data, a `Reply`, or a response that was sent already."""


@dataclass(frozen=True, slots=True)
class Route:
    """`path` is relative to the API's base; `changes` are those that only a manager may call. What stands below the
    handler is what the API's description says: parameters that are not in `query` are refused, `body` is what
    `Call.body` decodes (a media type where it is no JSON), `answers` the type of the data, `verbs` both of them for
    each word that `{verb}` may be, `beside` the types of what stands beside the data, `may` the statuses besides the
    usual ones, `also` the media types that it answers in where they are asked for, `only` the one that it always
    answers in."""

    method: str
    path: str
    handler: Handler
    changes: bool = False
    summary: str = ""
    query: tuple[Parameter, ...] | None = None
    body: object = None
    verbs: Mapping[str, tuple[object, object]] = field(default_factory=dict)
    answers: object = object
    beside: Mapping[str, object] = field(default_factory=dict)
    may: tuple[int, ...] = ()
    also: tuple[str, ...] = ()
    only: str = ""


def duration(text: str, key: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise UsageError(str(error), where=key, hint="write 2h or 30 minutes") from error


def in_utc(instant: datetime, where: str, hint: str) -> datetime:
    """Raises `UsageError` for one that has no place in the calendar of UTC."""
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise UsageError("this is beyond the end of time", where=where, hint=hint) from error


def misfit(error: msgspec.ValidationError) -> UsageError:
    """`Expected `int`, got `str` - at `$.sent`` becomes `sent: expected int, got str`."""
    text = str(error)
    place = _PLACE.search(text)
    what = _PLACE.sub("", text).replace("`", "")
    return UsageError(what[:1].lower() + what[1:], where=place[1] if place else "the body")


def _decoded(segment: str) -> str:
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError as error:
        raise Malformed("the path is not UTF-8", where=segment) from error
