"""Outages and their trails; acknowledgements and silences."""

from dataclasses import dataclass
from typing import Annotated

import msgspec

from healthcheckd.api.calls import Body, Call, Route, UntilBody
from healthcheckd.api.parameters import ACCOUNT, LIMIT, SINCE, UNTIL, Parameter, choice, flag
from healthcheckd.domain.incidents import Scope
from healthcheckd.domain.matching import Reach
from healthcheckd.domain.reports.history import IncidentRow
from healthcheckd.domain.reports.incidents import IncidentTrail, SilenceRow
from healthcheckd.errors import UnknownName
from healthcheckd.ports.control import IncidentFilter

_Comment = Annotated[str, msgspec.Meta(max_length=500)]
_Patterns = tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=300)], ...]
_SCOPES = tuple(scope.value for scope in Scope)
_OPEN = flag("open", "That still last.")
_ALL = flag("all", "Also those that are over.")
_GATEWAY = Parameter("gateway", "Of this gateway, and of its accounts.")
_SCOPE = choice("scope", "Of this kind.", _SCOPES)


class _Acknowledgement(Body, frozen=True):
    comment: _Comment = ""


class _Silence(UntilBody, frozen=True):
    """What is stated has to hold, values of one key are alternatives; all may be patterns such as `eu/shop-*`."""

    accounts: _Patterns = ()
    gateways: _Patterns = ()
    tags: _Patterns = ()
    customers: _Patterns = ()
    comment: _Comment = ""


@dataclass(frozen=True, slots=True)
class _Acknowledged:
    incident: int
    acknowledged: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class _Ended:
    silence: int
    changed: bool


async def incidents(call: Call) -> object:
    named = call.one("account")
    account = await call.control.views.resolve(named) if named else None
    wanted = IncidentFilter(call.flag("open"), account, call.one("gateway"), call.choice("scope", _SCOPES))
    return await call.control.views.incidents(wanted, call.span())


async def incident(call: Call) -> object:
    return await call.control.views.incident(_number(call, "incident"))


async def acknowledge(call: Call) -> object:
    body, number = await call.body(_Acknowledgement), _number(call, "incident")
    changed = await call.control.incidents.acknowledge(number, body.comment, call.caller)
    return _Acknowledged(number, True, changed)


async def take_back(call: Call) -> object:
    number = _number(call, "incident")
    return _Acknowledged(number, False, await call.control.incidents.take_back(number, call.caller))


async def silences(call: Call) -> object:
    return await call.control.views.silences(call.flag("all"))


async def silence(call: Call) -> object:
    body = await call.body(_Silence)
    reach = Reach(body.accounts, body.gateways, body.tags, body.customers)
    return await call.control.silences.add(reach, body.end(call.now), body.comment, call.caller)


async def end(call: Call) -> object:
    number = _number(call, "silence")
    return _Ended(number, await call.control.silences.end(number, call.caller))


def _number(call: Call, what: str) -> int:
    text = call.name(what)
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise UnknownName(f"there is no {what} {text}", hint=f"{what}s are named by their number")
    return int(text)


_ACK = "/incidents/{incident}/ack"

ROUTES = (
    Route(
        "GET",
        "/incidents",
        incidents,
        summary="Outages of accounts, gateways, jobs and channels",
        query=(_OPEN, ACCOUNT, _GATEWAY, _SCOPE, SINCE, UNTIL, LIMIT),
        answers=list[IncidentRow],
    ),
    Route(
        "GET",
        "/incidents/{incident}",
        incident,
        summary="One outage, from its beginning to its end",
        query=(),
        answers=IncidentTrail,
    ),
    Route(
        "POST",
        _ACK,
        acknowledge,
        changes=True,
        summary="Remind nobody of an outage any more",
        query=(),
        body=_Acknowledgement,
        answers=_Acknowledged,
    ),
    Route("DELETE", _ACK, take_back, changes=True, summary="Take that back", query=(), answers=_Acknowledged),
    Route("GET", "/silences", silences, summary="What nobody is told of", query=(_ALL,), answers=list[SilenceRow]),
    Route(
        "POST",
        "/silences",
        silence,
        changes=True,
        summary="Tell nobody of some accounts for a while",
        query=(),
        body=_Silence,
        answers=SilenceRow,
    ),
    Route(
        "DELETE",
        "/silences/{silence}",
        end,
        changes=True,
        summary="Tell of them again",
        query=(),
        answers=_Ended,
    ),
)
