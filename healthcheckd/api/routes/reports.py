"""Everything that can be read and is not one account."""

from datetime import timedelta

from healthcheckd.api.calls import Call, Route
from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.naming import check_known
from healthcheckd.ports.control import NoticeFilter, Span

_STATES = ("owed", "sent", "dead", "superseded", "cancelled", "withheld")
_STATS_REACH = timedelta(days=7)


async def status(call: Call) -> object:
    call.only("by")
    return await call.control.views.status(call.choice("by", ("gateway", "customer", "tag")))


async def info(call: Call) -> object:
    return await call.control.views.info()


async def resolve(call: Call) -> object:
    call.only("account")
    return {"id": str(await call.control.views.resolve(call.one("account")))}


async def history(call: Call) -> object:
    call.only("account", "since", "until", "limit")
    return await call.control.views.history(await _account(call), call.span())


async def uptime(call: Call) -> object:
    """`from` and `until` are the period; `since` is the selector's, and so is the limit."""
    selection = call.selection("from", "until", "by")
    period = Span(call.instant("from"), call.instant("until"), selection.limit)
    by = call.choice("by", ("account", "customer"), "account")
    return await call.control.views.uptime(selection, period, by)


async def notices(call: Call) -> object:
    call.only("state", "account", "since", "until", "limit")
    states = tuple(call.request.query.getall("state", ()))
    for state in states:
        check_known("state", state, _STATES)
    return await call.control.views.notices(NoticeFilter(states, await _account(call)), call.span())


async def notice_stats(call: Call) -> object:
    call.only("since")
    return await call.control.views.notice_stats(call.instant("since") or call.now - _STATS_REACH)


async def audit(call: Call) -> object:
    call.only("since", "until", "limit")
    return await call.control.views.audit(call.span())


async def gateways(call: Call) -> object:
    return await call.control.views.gateways()


async def _account(call: Call) -> AccountId | None:
    named = call.one("account")
    return await call.control.views.resolve(named) if named else None


ROUTES = (
    Route("GET", "/status", status),
    Route("GET", "/info", info),
    Route("GET", "/resolve", resolve),
    Route("GET", "/history", history),
    Route("GET", "/uptime", uptime),
    Route("GET", "/notices", notices),
    Route("GET", "/notices/stats", notice_stats),
    Route("GET", "/audit", audit),
    Route("GET", "/gateways", gateways),
)
