"""A daemon that answers what it is told to, and remembers what it was asked."""

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from aiohttp import web

from healthcheckd.domain.accounts import AccountId, parse_id
from healthcheckd.domain.importing import ImportRow
from healthcheckd.domain.naming import check_known
from healthcheckd.domain.observations import Connection, Health
from healthcheckd.domain.reports.accounts import (
    AccountDetail,
    AccountRow,
    Change,
    ChangeReport,
    ExportRow,
)
from healthcheckd.domain.reports.forecast import ForecastReport
from healthcheckd.domain.reports.history import HistoryRow, NoticeRow, NoticeStats, UptimeRow
from healthcheckd.domain.reports.operation import AuditRow, EventRow, GatewayRow, JobStatus
from healthcheckd.domain.reports.status import Info, StatsRow, StatusReport
from healthcheckd.domain.selection import Selection
from healthcheckd.ports.control import (
    BackedUp,
    Caller,
    Control,
    HookInstalled,
    HookReport,
    NoticeFilter,
    Order,
    PairingReport,
    Profile,
    Progress,
    Reloaded,
    Span,
    TooSlow,
    Triggered,
    Verb,
)
from healthcheckd.ports.gateway import GatewayCheck
from tests.contract.api.calm_fakes import CalmViews, Incidents, Silences
from tests.contract.api.telling_fakes import NOW, Channels, Drills, Mail, Messages, Part, Personal, Webhooks

JOBS = ("whatsapp-health-check", "daily-message-counter-reset", "inactive-client-cleanup")
SHOP = AccountId("main", "shop")


class StillClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


class KnownCaller:
    """An identity that the test chooses."""

    def __init__(self) -> None:
        self.is_caller = Caller("ana", may_read=True, may_manage=True)

    def caller(self, request: web.Request) -> Caller:
        return self.is_caller

    def cure(self, caller: Caller) -> str:
        return f"sudo usermod -aG healthcheckd {caller.who}"


class FakeDaemon:
    """All the ports at once. `asked` holds the arguments of each command, `fails` is raised by the next one; `failed`
    is what a gateway could not be made to do, by session."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.fails: Exception | None = None
        self.steps: list[Progress] = []
        self.events: list[EventRow] = []
        self.too_slow = False
        self.refuses_drill: Exception | None = None
        self.left = asyncio.Event()
        self.unready = ""
        self.failed: dict[str, str] = {}
        self.finish_run = asyncio.Event()
        self.finish_run.set()
        self.counts = {"total": 5, "healthy": 3, "warning": 1, "critical": 1, "reconnected": 1, "notified": 1}

    def note(self, *asked: object) -> None:
        self.asked.append(asked)
        if self.fails is not None:
            raise self.fails

    def control(self) -> Control:
        return Control(
            jobs=Jobs(self),
            views=Views(self),
            accounts=Accounts(self),
            holds=Holds(self),
            gateways=Gateways(self),
            messages=Messages(self),
            personal=Personal(self),
            mail=Mail(self),
            upkeep=Upkeep(self),
            events=Events(self),
            channels=Channels(self),
            webhooks=Webhooks(self),
            drills=Drills(self),
            incidents=Incidents(self),
            silences=Silences(self),
        )


class Jobs(Part):
    async def statuses(self) -> Sequence[JobStatus]:
        self.daemon.note("statuses")
        return [JobStatus(name) for name in JOBS]

    async def trigger(
        self, job: str, order: Order, caller: Caller, progress: Callable[[Progress], None] | None = None
    ) -> Triggered:
        check_known("job", job, JOBS)
        self.daemon.note("trigger", job, order, caller)
        for step in self.daemon.steps if progress else ():
            assert progress is not None
            progress(step)
        await self.daemon.finish_run.wait()
        if not order.wait:
            return Triggered(job, finished=False)
        return Triggered(job, self.daemon.counts, joined=True, seconds=2.1)

    async def switch(self, job: str, on: bool, caller: Caller) -> bool:
        check_known("job", job, JOBS)
        self.daemon.note("switch", job, on, caller)
        return not on


class Views(CalmViews, Part):
    async def status(self, by: str = "") -> StatusReport:
        self.daemon.note("status", by)
        return StatusReport(NOW)

    async def info(self) -> Info:
        self.daemon.note("info")
        return Info(name="eu", alive=True)

    async def stats(self) -> Sequence[StatsRow]:
        self.daemon.note("stats")
        return [
            StatsRow(Health.HEALTHY, Connection.CONNECTED, 3),
            StatsRow(Health.WARNING, Connection.DISCONNECTED, 1),
            StatsRow(Health.CRITICAL, Connection.FAILED, 1),
        ]

    async def resolve(self, text: str) -> AccountId:
        """Every full id but one exists, and one account has a name."""
        if text in {"shop", "main/SHOP"}:
            return SHOP
        found = parse_id(unicodedata.normalize("NFD", text))
        check_known("account", text, (text,) if found and text != "main/shap" else ("main/shop",))
        assert found is not None
        return found

    async def accounts(self, selection: Selection) -> Sequence[AccountRow]:
        self.daemon.note("accounts", selection)
        return [AccountRow("main/shop", "Shop", "main", "shop")]

    async def account(self, account: AccountId) -> AccountDetail:
        self.daemon.note("account", account)
        return AccountDetail(AccountRow(str(account), account.session, *account))

    async def export(self, selection: Selection, missing_owner: bool) -> Sequence[ExportRow]:
        self.daemon.note("export", selection, missing_owner)
        return [ExportRow("main/shop", "Shop", "+4930123456", notify_after=timedelta(hours=1))]

    async def gateways(self) -> Sequence[GatewayRow]:
        self.daemon.note("gateways")
        return [GatewayRow("main", "waha")]

    async def history(self, account: AccountId | None, span: Span) -> Sequence[HistoryRow]:
        self.daemon.note("history", account, span)
        return []

    async def uptime(self, selection: Selection, span: Span, by: str = "account") -> Sequence[UptimeRow]:
        self.daemon.note("uptime", selection, span, by)
        return [UptimeRow("main/shop", "Shop", NOW - timedelta(days=1), NOW)]

    async def notices(self, wanted: NoticeFilter, span: Span) -> Sequence[NoticeRow]:
        self.daemon.note("notices", wanted, span)
        return []

    async def notice_stats(self, since: datetime) -> NoticeStats:
        self.daemon.note("notice_stats", since)
        return NoticeStats(since)

    async def forecast(self, since: datetime) -> ForecastReport:
        self.daemon.note("forecast", since)
        return ForecastReport(since, NOW)

    async def audit(self, span: Span) -> Sequence[AuditRow]:
        self.daemon.note("audit", span)
        return [AuditRow(NOW, "ana", "socket", "trigger whatsapp-health-check", "done")]


class Accounts(Part):
    async def add(self, account: AccountId, profile: Profile, caller: Caller) -> ChangeReport:
        self.daemon.note("add", account, profile, caller)
        return ChangeReport((Change(str(account), "add"),))

    async def change(self, account: AccountId, profile: Profile, caller: Caller) -> ChangeReport:
        self.daemon.note("change", account, profile, caller)
        return ChangeReport()

    async def move(self, account: AccountId, to: AccountId, caller: Caller) -> ChangeReport:
        self.daemon.note("move", account, to, caller)
        return ChangeReport()

    async def act(self, verb: Verb, accounts: Selection | AccountId, caller: Caller) -> ChangeReport:
        self.daemon.note("act", verb, accounts, caller)
        return ChangeReport()

    async def load(self, rows: Sequence[ImportRow], apply: bool, caller: Caller) -> ChangeReport:
        self.daemon.note("load", rows, apply, caller)
        return ChangeReport((Change("main/shop", "name", "", "Shop"),), applied=apply)

    async def pairing(self, account: AccountId, phone: str, begin: bool, caller: Caller) -> PairingReport:
        self.daemon.note("pairing", account, phone, begin, caller)
        return PairingReport(str(account), Connection.NEEDS_PAIRING, qr_text="2@abc", qr_png=b"\x89PNG")


class Holds(Part):
    async def hold(self, gateway: str, until: datetime | None, comment: str, caller: Caller) -> bool:
        self.daemon.note("hold", gateway, until, comment, caller)
        return True

    async def release(self, gateway: str, caller: Caller) -> bool:
        self.daemon.note("release", gateway, caller)
        return False


class Gateways(Part):
    async def check(self, gateway: str, caller: Caller) -> GatewayCheck:
        check_known("gateway", gateway, ("main",))
        self.daemon.note("check", gateway, caller)
        return GatewayCheck("2026.4.1", key_ok=True)

    async def hook(self, gateway: str, show_secret: bool, caller: Caller) -> HookReport:
        self.daemon.note("hook", gateway, show_secret, caller)
        return HookReport(gateway, "waha", True, "http://127.0.0.1:5001/hooks/main")

    async def install_hook(self, gateway: str, caller: Caller) -> HookInstalled:
        self.daemon.note("install_hook", gateway, caller)
        return HookInstalled(gateway, "evolution", ("a", "b"), ("c",), self.daemon.failed)

    async def rename(self, gateway: str, to: str, caller: Caller) -> Reloaded:
        self.daemon.note("rename", gateway, to, caller)
        return Reloaded(("gateways: 1 added, 1 removed",))


class Upkeep(Part):
    async def reload(self, caller: Caller) -> Reloaded:
        self.daemon.note("reload", caller)
        return Reloaded(("gateway us was added",))

    async def backup(self, path: str, caller: Caller) -> BackedUp:
        self.daemon.note("backup", path, caller)
        return BackedUp(path, 4096, 0.1)

    async def not_ready(self) -> str:
        return self.daemon.unready


class Events(Part):
    @contextmanager
    def follow(self) -> Iterator[AsyncIterator[EventRow]]:
        try:
            yield self._told()
        finally:
            self.daemon.left.set()

    async def _told(self) -> AsyncIterator[EventRow]:
        for event in self.daemon.events:
            yield event
        if self.daemon.too_slow:
            raise TooSlow("so many events wait that this reader was let go", hint="healthcheck events --follow")


READER = Caller("bob", may_read=True)
STRANGER = Caller("eve")
