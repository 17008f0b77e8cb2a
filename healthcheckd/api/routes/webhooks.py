"""Webhooks: how they do, and what a person does with them."""

from dataclasses import dataclass

from healthcheckd.api.calls import Aware, Body, Call, Route, in_utc
from healthcheckd.domain.reports.webhooks import WebhookRow
from healthcheckd.errors import UsageError
from healthcheckd.ports.control import Again


class _Replay(Body, frozen=True):
    """All that is stated has to hold."""

    since: Aware | None = None
    account: str = ""
    dead: bool = False


@dataclass(frozen=True, slots=True)
class _Answered:
    answer: str


@dataclass(frozen=True, slots=True)
class _Replayed:
    replayed: int


async def listed(call: Call) -> object:
    return await call.control.webhooks.listed()


async def tested(call: Call) -> object:
    return _Answered(await call.control.webhooks.test(call.name("webhook"), call.caller))


async def replayed(call: Call) -> object:
    body = await call.body(_Replay)
    if not (body.since or body.account or body.dead):
        raise UsageError("say which events", where="since", hint='{"dead": true}')
    account = await call.control.views.resolve(body.account) if body.account else None
    since = in_utc(body.since, "since", '{"dead": true}') if body.since else None
    wanted = Again(since, account, body.dead)
    return _Replayed(await call.control.webhooks.replay(call.name("webhook"), wanted, call.caller))


ROUTES = (
    Route("GET", "/webhooks", listed, summary="How each webhook does", query=(), answers=tuple[WebhookRow, ...]),
    Route(
        "POST",
        "/webhooks/{webhook}/test",
        tested,
        changes=True,
        summary="Post one test event",
        query=(),
        answers=_Answered,
        may=(502,),
    ),
    Route(
        "POST",
        "/webhooks/{webhook}/replay",
        replayed,
        changes=True,
        summary="Post again what was posted, or given up",
        query=(),
        body=_Replay,
        answers=_Replayed,
    ),
)
