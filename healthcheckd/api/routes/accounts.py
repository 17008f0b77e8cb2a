"""Accounts: read one or many, add, change, and what can be said to one or to all that a selection names."""

import asyncio
from typing import Annotated, Any

import msgspec
from aiohttp import web
from msgspec import UNSET, UnsetType

from healthcheckd.api.calls import Body, Call, Route, UntilBody
from healthcheckd.api.parameters import SELECTORS, flag
from healthcheckd.domain.accounts import LONGEST_ID, AccountId, parse_new_id
from healthcheckd.domain.exporting import write_table
from healthcheckd.domain.importing import parse_table
from healthcheckd.domain.naming import check_known
from healthcheckd.domain.profile import parse_profile
from healthcheckd.domain.reports.accounts import AccountDetail, AccountRow, ChangeReport, DayCount, ExportRow
from healthcheckd.domain.selection import Selection, parse_selection
from healthcheckd.errors import UsageError
from healthcheckd.ports.control import PairingReport, Verb

_Count = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
CSV = "text/csv"
_PLAIN_VERBS = ("enable", "disable", "adopt", "mute", "unmute", "reconnect", "remove")


class _VerbBody(UntilBody, frozen=True):
    force: bool = False


class _BulkBody(_VerbBody, frozen=True):
    """`select` has the keys of the selector grammar; `all` has to be said where nothing narrows it."""

    select: dict[str, list[str]] = msgspec.field(default_factory=dict)
    all: bool = False


class _Profile(Body, frozen=True):
    """What people may say of an account; null or empty text clears."""

    name: str | UnsetType | None = UNSET
    phone: str | UnsetType | None = UNSET
    owner_email: str | list[str] | UnsetType | None = UNSET
    customer: str | UnsetType | None = UNSET
    tags: str | list[str] | UnsetType | None = UNSET
    language: str | UnsetType | None = UNSET
    time_zone: str | UnsetType | None = UNSET
    daily_limit: str | int | UnsetType | None = UNSET
    notify_after: str | UnsetType | None = UNSET
    enabled: str | bool | UnsetType = UNSET


class _NewAccount(_Profile, frozen=True, kw_only=True):
    """`id` is `GATEWAY/SESSION`."""

    id: str


class _Move(Body, frozen=True):
    to: str


class _Pairing(Body, frozen=True):
    phone: str = ""
    begin: bool = False


class _Messages(Body, frozen=True):
    sent: _Count = 0
    received: _Count = 0
    key: Annotated[str, msgspec.Meta(max_length=200)] = ""
    day: str = ""


async def listed(call: Call) -> object:
    return await call.control.views.accounts(call.selection())


async def shown(call: Call) -> object:
    return await call.control.views.account(await call.account())


async def added(call: Call) -> object:
    given = await call.body(dict[str, Any])
    profile = parse_profile({key: value for key, value in given.items() if key != "id"})
    return await call.control.accounts.add(_id(given.get("id"), "id"), profile, call.caller)


async def changed(call: Call) -> object:
    profile = parse_profile(await call.body(dict[str, Any]))
    return await call.control.accounts.change(await call.account(), profile, call.caller)


async def removed(call: Call) -> object:
    return await call.control.accounts.act(Verb("remove"), await call.account(), call.caller)


async def told(call: Call) -> object:
    """A verb said to one account."""
    verb = call.name("verb")
    check_known("verb", verb, (*_PLAIN_VERBS, *_OWN_VERBS))
    if own := _OWN_VERBS.get(verb):
        return await own(call)
    return await call.control.accounts.act(_verb(call, await call.body(_VerbBody)), await call.account(), call.caller)


async def told_many(call: Call) -> object:
    check_known("verb", call.name("verb"), _PLAIN_VERBS)
    body = await call.body(_BulkBody)
    return await call.control.accounts.act(_verb(call, body), _meant(call, body), call.caller)


async def imported(call: Call) -> object:
    """The body is the file as it is; with `apply` it is done, without it only shown."""
    table = await asyncio.to_thread(parse_table, await call.request.read())
    if table.faults:
        raise UsageError("\n".join(map(str, table.faults)), hint="nothing was changed")
    return await call.control.accounts.load(table.rows, call.flag("apply"), call.caller)


async def exported(call: Call) -> object:
    rows = await call.control.views.export(call.selection("missing-owner"), call.flag("missing-owner"))
    if CSV in call.request.headers.get("Accept", ""):
        return web.Response(text=write_table(rows), content_type=CSV)
    return rows


async def _move(call: Call) -> object:
    body = await call.body(_Move)
    return await call.control.accounts.move(await call.account(), _id(body.to, "to"), call.caller)


async def _pairing(call: Call) -> object:
    body = await call.body(_Pairing)
    return await call.control.accounts.pairing(await call.account(), body.phone, body.begin, call.caller)


async def _messages(call: Call) -> object:
    body = await call.body(_Messages)
    if not (body.sent or body.received):
        raise UsageError("say how many were sent or received", where="sent", hint='{"sent": 3}')
    counts = DayCount(body.day, body.sent, body.received)
    return await call.control.messages.add(await call.account(), counts, body.key, call.caller)


_OWN_VERBS = {"move": _move, "pairing": _pairing, "messages": _messages}


def _verb(call: Call, body: _VerbBody) -> Verb:
    name = call.name("verb")
    if (body.length or body.until) and name != "mute":
        raise UsageError(f"{name} knows no end", where="for")
    if body.force and name != "reconnect":
        raise UsageError(f"{name} cannot be forced", where="force")
    return msgspec.convert({"name": name, "until": body.end(call.now), "force": body.force}, Verb)


def _meant(call: Call, body: _BulkBody) -> Selection:
    selection = parse_selection(body.select, call.now)
    if not (selection.narrows or body.all):
        raise UsageError("say which accounts are meant", where="select", hint='{"all": true} is every account')
    return selection


def _id(text: object, key: str) -> AccountId:
    account = parse_new_id(text) if isinstance(text, str) else None
    if account is None:
        raise UsageError(f"must be GATEWAY/SESSION, with at most {LONGEST_ID} characters", where=key)
    return account


_ONE = "/accounts/{gateway}/{session:.+}"

_MISSING_OWNER = flag("missing-owner", "That nobody hears of but the operator.")
_APPLY = flag("apply", "Do it; without it, only say what would change.")

ROUTES = (
    Route("GET", "/accounts", listed, summary="Accounts", query=SELECTORS, answers=list[AccountRow]),
    Route(
        "POST",
        "/accounts",
        added,
        changes=True,
        summary="Add an account",
        query=(),
        body=_NewAccount,
        answers=ChangeReport,
    ),
    Route(
        "GET",
        "/accounts/export",
        exported,
        summary="What people said of accounts, for an import",
        query=(*SELECTORS, _MISSING_OWNER),
        answers=list[ExportRow],
        also=(CSV,),
    ),
    Route(
        "POST",
        "/accounts/import",
        imported,
        changes=True,
        summary="Read a table of accounts, all of it or nothing",
        query=(_APPLY,),
        body=CSV,
        answers=ChangeReport,
    ),
    Route(
        "POST",
        "/accounts/{verb}",
        told_many,
        changes=True,
        summary="Say this to all accounts that are meant",
        query=(),
        verbs=dict.fromkeys(_PLAIN_VERBS, (_BulkBody, ChangeReport)),
        may=(502,),
    ),
    Route("GET", _ONE, shown, summary="One account", query=(), answers=AccountDetail),
    Route(
        "PATCH",
        _ONE,
        changed,
        changes=True,
        summary="Change an account",
        query=(),
        body=_Profile,
        answers=ChangeReport,
    ),
    Route("DELETE", _ONE, removed, changes=True, summary="Remove an account", query=(), answers=ChangeReport),
    Route(
        "POST",
        _ONE + "/{verb}",
        told,
        changes=True,
        summary="Say this to one account",
        query=(),
        verbs={
            **dict.fromkeys(_PLAIN_VERBS, (_VerbBody, ChangeReport)),
            "move": (_Move, ChangeReport),
            "pairing": (_Pairing, PairingReport),
            "messages": (_Messages, DayCount),
        },
        may=(502,),
    ),
)
