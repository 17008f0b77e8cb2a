"""What was committed, as it happens."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from healthcheckd.api.calls import Call, Route
from healthcheckd.api.envelope import Reply, told_reply
from healthcheckd.api.parameters import ACCOUNT, Parameter
from healthcheckd.api.streams import NDJSON, PULSE_SECONDS, send_lines, with_pulse
from healthcheckd.domain.reports.operation import EventRow


async def events(call: Call) -> object:
    named = call.one("account")
    account = str(await call.control.views.resolve(named)) if named else ""
    return await send_lines(call.request, _wanted(call, account, call.one("kind")))


async def _wanted(call: Call, account: str, kind: str) -> AsyncGenerator[object, None]:
    with call.control.events.follow() as stream:
        yield None
        chosen = (event async for event in stream if account in {"", event.account} and kind in {"", event.kind})
        async with aclosing(with_pulse(chosen, PULSE_SECONDS)) as lines:
            async for event in lines:
                yield event
    yield told_reply(Reply({"ended": True}))


_KIND = Parameter("kind", "Of this kind: `transition`, `attempt`, `notice`, `incident`, `job`, `gateway`, …")

ROUTES = (
    Route(
        "GET",
        "/events",
        events,
        summary="What happens, one line each, as it happens",
        query=(ACCOUNT, _KIND),
        answers=EventRow,
        only=NDJSON,
    ),
)
