"""Everything that can be read and is not one account."""

from dataclasses import dataclass, replace
from datetime import timedelta

from healthcheckd.api.calls import Call, Route
from healthcheckd.api.parameters import ACCOUNT, FROM, LIMIT, SELECTORS, SINCE, UNTIL, choice
from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.naming import check_known
from healthcheckd.domain.reports.forecast import ForecastReport
from healthcheckd.domain.reports.history import HistoryRow, NoticeRow, NoticeStats, UptimeRow
from healthcheckd.domain.reports.operation import AuditRow, GatewayRow
from healthcheckd.domain.reports.status import Info, StatusReport
from healthcheckd.errors import UsageError
from healthcheckd.ports.control import NoticeFilter, Span

_STATES = ("owed", "sent", "dead", "superseded", "cancelled", "withheld")
_STATS_REACH = timedelta(days=7)
_GROUPS = ("gateway", "customer", "tag")
_SUBJECTS = ("account", "customer")

_STATUS_BY = choice("by", "Groups beside the whole.", _GROUPS)
_UPTIME_BY = choice("by", "What a row is about.", _SUBJECTS)
_STATE = choice("state", "In this state.", _STATES, many=True)
_NAMED = replace(ACCOUNT, required=True)


@dataclass(frozen=True, slots=True)
class _Resolved:
    id: str


async def status(call: Call) -> object:
    return await call.control.views.status(call.choice("by", _GROUPS))


async def info(call: Call) -> object:
    return await call.control.views.info()


async def resolve(call: Call) -> object:
    return _Resolved(str(await call.control.views.resolve(call.one("account"))))


async def history(call: Call) -> object:
    return await call.control.views.history(await _account(call), call.span())


async def uptime(call: Call) -> object:
    """`from` and `until` are the period; `since` is the selector's, and so is the limit."""
    selection = call.selection("from", "until", "by")
    period = Span(call.instant("from"), call.instant("until"), selection.limit)
    by = call.choice("by", _SUBJECTS, "account")
    return await call.control.views.uptime(selection, period, by)


async def notices(call: Call) -> object:
    states = tuple(call.request.query.getall("state", ()))
    for state in states:
        check_known("state", state, _STATES)
    return await call.control.views.notices(NoticeFilter(states, await _account(call)), call.span())


async def notice_stats(call: Call) -> object:
    return await call.control.views.notice_stats(call.instant("since") or call.now - _STATS_REACH)


async def forecast(call: Call) -> object:
    since = call.instant("since") or call.now - _STATS_REACH
    if since > call.now:
        raise UsageError("this is still to come", where="since", hint="since=7d")
    return await call.control.views.forecast(since)


async def audit(call: Call) -> object:
    return await call.control.views.audit(call.span())


async def gateways(call: Call) -> object:
    return await call.control.views.gateways()


async def _account(call: Call) -> AccountId | None:
    named = call.one("account")
    return await call.control.views.resolve(named) if named else None


ROUTES = (
    Route("GET", "/status", status, summary="Which numbers are down", query=(_STATUS_BY,), answers=StatusReport),
    Route("GET", "/info", info, summary="The daemon that answers", query=(), answers=Info),
    Route("GET", "/resolve", resolve, summary="The id of a name", query=(_NAMED,), answers=_Resolved),
    Route(
        "GET",
        "/history",
        history,
        summary="Changes of one account, or of all",
        query=(ACCOUNT, SINCE, UNTIL, LIMIT),
        answers=list[HistoryRow],
    ),
    Route(
        "GET",
        "/uptime",
        uptime,
        summary="How accounts or customers fared",
        query=(*SELECTORS, FROM, UNTIL, _UPTIME_BY),
        answers=list[UptimeRow],
    ),
    Route(
        "GET",
        "/notices",
        notices,
        summary="Messages owed and sent",
        query=(_STATE, ACCOUNT, SINCE, UNTIL, LIMIT),
        answers=list[NoticeRow],
    ),
    Route("GET", "/notices/stats", notice_stats, summary="The outbox", query=(SINCE,), answers=NoticeStats),
    Route(
        "GET",
        "/notices/forecast",
        forecast,
        summary="What happened, told under the present settings",
        query=(SINCE,),
        answers=ForecastReport,
    ),
    Route("GET", "/audit", audit, summary="Who did what", query=(SINCE, UNTIL, LIMIT), answers=list[AuditRow]),
    Route("GET", "/gateways", gateways, summary="The gateways", query=(), answers=list[GatewayRow]),
)
