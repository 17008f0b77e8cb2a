"""Drills: whom one would reach, and one that is sent."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from healthcheckd.api.calls import Body, Call, Route
from healthcheckd.api.envelope import Reply, told_reply
from healthcheckd.api.parameters import ACCOUNT, Parameter
from healthcheckd.api.streams import NDJSON, PULSE_SECONDS, send_lines, with_pulse
from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.reports.drills import DrillLine, DrillPlan, DrillResult
from healthcheckd.errors import UsageError


class _Drill(Body, frozen=True):
    account: str
    kind: str = "offline"


async def planned(call: Call) -> object:
    if not (named := call.one("account")):
        raise UsageError("say which account", where="account")
    account = await call.control.views.resolve(named)
    return await call.control.drills.plan(account, call.one("kind", "offline"))


async def sent(call: Call) -> object:
    body = await call.body(_Drill)
    account = await call.control.views.resolve(body.account)
    if NDJSON in call.request.headers.get("Accept", ""):
        return await send_lines(call.request, _kept_alive(call, account, body.kind))
    return await call.control.drills.run(account, body.kind, call.caller, lambda line: None)


async def _kept_alive(call: Call, account: AccountId, kind: str) -> AsyncGenerator[object, None]:
    async with aclosing(_as_it_goes(call, account, kind)) as told, aclosing(with_pulse(told, PULSE_SECONDS)) as lines:
        async for item in lines:
            yield item


async def _as_it_goes(call: Call, account: AccountId, kind: str) -> AsyncGenerator[object, None]:
    """The trail, then the envelope that a plain call is answered with. What was begun is sent whoever listens."""
    lines: asyncio.Queue[DrillLine | None] = asyncio.Queue()
    run = asyncio.ensure_future(call.control.drills.run(account, kind, call.caller, lines.put_nowait))
    run.add_done_callback(lambda _: lines.put_nowait(None))
    while (line := await lines.get()) is not None:
        yield {"line": line}
    yield told_reply(Reply(run.result()))


_KIND = Parameter("kind", "`offline`, `action_required` or `recovered`.")

ROUTES = (
    Route(
        "GET",
        "/drill",
        planned,
        summary="Whom a drill would reach",
        query=(ACCOUNT, _KIND),
        answers=DrillPlan,
    ),
    Route(
        "POST",
        "/drill",
        sent,
        changes=True,
        summary="Send a test of an outage to those who would hear of one",
        query=(),
        body=_Drill,
        answers=DrillResult,
        also=(NDJSON,),
    ),
)
