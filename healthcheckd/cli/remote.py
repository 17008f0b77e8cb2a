"""The running daemon, as values: what it reports, and what it can be told to do."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from healthcheckd.api.client import ControlClient, Query, account_path
from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.reports.accounts import AccountDetail, AccountRow, ChangeReport, DayCount, ExportRow
from healthcheckd.domain.reports.channels import ChannelRow
from healthcheckd.domain.reports.drills import DrillLine, DrillPlan, DrillResult
from healthcheckd.domain.reports.forecast import ForecastReport
from healthcheckd.domain.reports.history import HistoryRow, IncidentRow, NoticeRow, NoticeStats, UptimeRow
from healthcheckd.domain.reports.incidents import IncidentTrail, SilenceRow
from healthcheckd.domain.reports.operation import AuditRow, EventRow, GatewayRow
from healthcheckd.domain.reports.status import Info, StatsRow, StatusReport
from healthcheckd.domain.reports.webhooks import WebhookRow
from healthcheckd.domain.selection import Selection, as_query
from healthcheckd.ports.control import (
    BackedUp,
    HookInstalled,
    HookReport,
    IncidentFilter,
    NoticeFilter,
    PairingReport,
    Reloaded,
    Span,
)
from healthcheckd.ports.gateway import GatewayCheck

_T = TypeVar("_T")


class Daemon:
    """Whatever it cannot or will not do it raises as the error it was there; `DaemonUnreachable` when it is away.
    Accounts are named by their full id; `resolve` finds it."""

    def __init__(self, client: ControlClient) -> None:
        self.client = client

    def status(self, by: str = "") -> StatusReport:
        return self._get("/status", StatusReport, [("by", by)] if by else ())

    def info(self) -> Info:
        return self._get("/info", Info)

    def stats(self) -> list[StatsRow]:
        return self._get("/cron/health-check/stats", list[StatsRow])

    def resolve(self, text: str) -> AccountId:
        return _id(self.client.get("/resolve", [("account", text)])["id"])

    def accounts(self, selection: Selection) -> list[AccountRow]:
        return self._get("/accounts", list[AccountRow], as_query(selection))

    def account(self, account: AccountId) -> AccountDetail:
        return self._get(account_path(str(account)), AccountDetail)

    def export(self, selection: Selection, missing_owner: bool) -> list[ExportRow]:
        missing = [("missing-owner", "true")] * missing_owner
        return self._get("/accounts/export", list[ExportRow], as_query(selection) + missing)

    def gateways(self) -> list[GatewayRow]:
        return self._get("/gateways", list[GatewayRow])

    def history(self, account: AccountId | None, span: Span) -> list[HistoryRow]:
        return self._get("/history", list[HistoryRow], _named(account) + _within(span))

    def uptime(self, selection: Selection, span: Span, by: str = "account") -> list[UptimeRow]:
        return self._get("/uptime", list[UptimeRow], [*as_query(selection), *_period(span), ("by", by)])

    def notices(self, wanted: NoticeFilter, span: Span) -> list[NoticeRow]:
        states = [("state", state) for state in wanted.states]
        return self._get("/notices", list[NoticeRow], states + _named(wanted.account) + _within(span))

    def notice_stats(self, since: datetime) -> NoticeStats:
        return self._get("/notices/stats", NoticeStats, [("since", since.isoformat())])

    def forecast(self, since: datetime) -> ForecastReport:
        return self._get("/notices/forecast", ForecastReport, [("since", since.isoformat())])

    def incidents(self, wanted: IncidentFilter, span: Span) -> list[IncidentRow]:
        asked = {"open": "true" if wanted.only_open else "", "gateway": wanted.gateway, "scope": wanted.scope}
        said = [(key, value) for key, value in asked.items() if value]
        return self._get("/incidents", list[IncidentRow], said + _named(wanted.account) + _within(span))

    def incident(self, incident: int) -> IncidentTrail:
        return self._get(f"/incidents/{incident}", IncidentTrail)

    def acknowledge(self, incident: int, comment: str) -> bool:
        """False when it was so already."""
        return bool(self.client.post(f"/incidents/{incident}/ack", body={"comment": comment})["changed"])

    def take_back(self, incident: int) -> bool:
        return bool(self.client.delete(f"/incidents/{incident}/ack")["changed"])

    def silences(self, everything: bool) -> list[SilenceRow]:
        return self._get("/silences", list[SilenceRow], [("all", "true")] * everything)

    def silence(self, said: Mapping[str, object]) -> SilenceRow:
        return msgspec.convert(self.client.post("/silences", body=dict(said)), SilenceRow)

    def end_silence(self, silence: int) -> bool:
        return bool(self.client.delete(f"/silences/{silence}")["changed"])

    def audit(self, span: Span) -> list[AuditRow]:
        return self._get("/audit", list[AuditRow], _within(span))

    def events(self, account: AccountId | None, kind: str) -> Iterator[EventRow | None]:
        """As they happen; None for a sign of life in between."""
        asked = _named(account) + ([("kind", kind)] if kind else [])
        for told in self.client.stream("/events", asked):
            yield msgspec.convert(told, EventRow) if told.get("kind") else None

    def trigger(self, job: str, dry_run: bool) -> Iterator[dict[str, Any]]:
        """`{"progress": …}` as the run goes on, then the envelope with its counts."""
        return self.client.stream(_job("trigger", job), method="POST", body={"dry_run": dry_run})

    def trigger_and_leave(self, job: str, dry_run: bool) -> None:
        self.client.post(_job("trigger", job), body={"wait": False, "dry_run": dry_run})

    def switch(self, job: str, on: bool) -> bool:
        """False when it already was so."""
        return bool(self.client.post(_job("start" if on else "stop", job))["changed"])

    def add(self, account: AccountId, profile: Mapping[str, object]) -> ChangeReport:
        return _changes(self.client.post("/accounts", body={"id": str(account), **profile}))

    def change(self, account: AccountId, profile: Mapping[str, object]) -> ChangeReport:
        return _changes(self.client.patch(account_path(str(account)), body=dict(profile)))

    def move(self, account: AccountId, to: AccountId) -> ChangeReport:
        return _changes(self.client.post(account_path(str(account), "move"), body={"to": str(to)}))

    def tell(self, verb: str, account: AccountId, **more: object) -> ChangeReport:
        """A verb of one account."""
        return _changes(self.client.post(account_path(str(account), verb), body=more))

    def tell_all(self, verb: str, selection: Selection, **more: object) -> ChangeReport:
        """The same of all that a selection names; one that narrows nothing names every account."""
        select: dict[str, list[str]] = {}
        for key, value in as_query(selection):
            select.setdefault(key, []).append(value)
        body = {"select": select, "all": not selection.narrows, **more}
        return _changes(self.client.post(f"/accounts/{verb}", body=body))

    def everything(self, account: str) -> Any:
        return self.client.get(_personal(account))

    def forget(self, account: str) -> ChangeReport:
        return _changes(self.client.delete(_personal(account)))

    def load(self, table: bytes, apply: bool) -> ChangeReport:
        """An import; without `apply` what it would change."""
        return _changes(self.client.post("/accounts/import", [("apply", "true")] if apply else (), table))

    def pairing(self, account: AccountId, phone: str, begin: bool) -> PairingReport:
        asked = self.client.post(account_path(str(account), "pairing"), body={"phone": phone, "begin": begin})
        return msgspec.convert(asked, PairingReport)

    def count_messages(self, account: AccountId, counts: Mapping[str, object]) -> DayCount:
        return msgspec.convert(self.client.post(account_path(str(account), "messages"), body=dict(counts)), DayCount)

    def hold(self, gateway: str, length: str, comment: str) -> bool:
        """False when it already was so."""
        more = {"for": length} if length else {}
        return bool(self.client.post("/hold", body={"gateway": gateway, "comment": comment, **more})["changed"])

    def release(self, gateway: str) -> bool:
        return bool(self.client.post("/release", body={"gateway": gateway})["changed"])

    def check_gateway(self, gateway: str) -> GatewayCheck:
        return msgspec.convert(self.client.post(f"/gateways/{_segment(gateway)}/check"), GatewayCheck)

    def rename_gateway(self, gateway: str, to: str) -> Reloaded:
        return msgspec.convert(self.client.post(f"/gateways/{_segment(gateway)}/rename", body={"to": to}), Reloaded)

    def hook_of_gateway(self, gateway: str, show_secret: bool) -> HookReport:
        asked = self.client.post(f"/gateways/{_segment(gateway)}/hook", body={"show_secret": show_secret})
        return msgspec.convert(asked, HookReport)

    def install_hook(self, gateway: str) -> HookInstalled:
        return msgspec.convert(self.client.post(f"/gateways/{_segment(gateway)}/hook/install"), HookInstalled)

    def verify_mail(self) -> str:
        return str(self.client.post("/email/verify")["answer"])

    def test_mail(self, address: str) -> str:
        return str(self.client.post("/email/test", body={"address": address})["answer"])

    def retry_notices(self, ids: Sequence[int]) -> int:
        """Those named, or all that were given up."""
        return int(self.client.post("/notices/retry", body={"ids": list(ids)} if ids else {"all": True})["retried"])

    def channels(self) -> list[ChannelRow]:
        return self._get("/channels", list[ChannelRow])

    def test_channel(self, channel: str, address: str) -> str:
        return str(self.client.post(f"/channels/{_segment(channel)}/test", body={"address": address})["answer"])

    def webhooks(self) -> list[WebhookRow]:
        return self._get("/webhooks", list[WebhookRow])

    def test_webhook(self, webhook: str) -> str:
        return str(self.client.post(f"/webhooks/{_segment(webhook)}/test")["answer"])

    def replay_webhook(self, webhook: str, since: datetime | None, account: str, dead: bool) -> int:
        """What all that is stated holds for."""
        wanted: dict[str, object] = {"account": account, "dead": dead}
        if since is not None:
            wanted["since"] = since.isoformat()
        return int(self.client.post(f"/webhooks/{_segment(webhook)}/replay", body=wanted)["replayed"])

    def plan_drill(self, account: AccountId, kind: str) -> DrillPlan:
        return self._get("/drill", DrillPlan, [("account", str(account)), ("kind", kind)])

    def drill(self, account: AccountId, kind: str) -> Iterator[DrillLine | DrillResult]:
        """Its trail as it goes, and how it ended."""
        for told in self.client.stream("/drill", method="POST", body={"account": str(account), "kind": kind}):
            if "line" in told:
                yield msgspec.convert(told["line"], DrillLine)
            elif "data" in told:
                yield msgspec.convert(told["data"], DrillResult)

    def reload(self) -> Reloaded:
        return msgspec.convert(self.client.post("/reload"), Reloaded)

    def backup(self, path: str) -> BackedUp:
        return msgspec.convert(self.client.post("/backup", body={"path": path}), BackedUp)

    def _get(self, path: str, kind: type[_T], params: Query = ()) -> _T:
        return msgspec.convert(self.client.get(path, params), kind)


def _personal(account: str) -> str:
    return f"/personal{account_path(account)}"


def _changes(data: object) -> ChangeReport:
    return msgspec.convert(data, ChangeReport)


def _job(verb: str, job: str) -> str:
    return f"/cron/{verb}/{_segment(job)}"


def _segment(name: str) -> str:
    from urllib.parse import quote

    return quote(name, safe="")


def _id(text: str) -> AccountId:
    gateway, _, session = text.partition("/")
    return AccountId(gateway, session)


def _named(account: AccountId | None) -> list[tuple[str, str]]:
    return [("account", str(account))] if account else []


def _within(span: Span) -> list[tuple[str, str]]:
    since = [("since", span.since.isoformat())] if span.since else []
    until = [("until", span.until.isoformat())] if span.until else []
    return [*since, *until, ("limit", str(span.limit))]


def _period(span: Span) -> list[tuple[str, str]]:
    """`since` is the selector's, so a period begins `from`."""
    return [("from" if key == "since" else key, value) for key, value in _within(span) if key != "limit"]
