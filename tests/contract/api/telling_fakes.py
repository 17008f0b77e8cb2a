"""The made-up daemon as it tells people and programs, and counts messages."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.naming import check_known
from healthcheckd.domain.reports.accounts import Change, ChangeReport, DayCount
from healthcheckd.domain.reports.channels import ChannelRow
from healthcheckd.domain.reports.drills import DrillLine, DrillPlan, DrillResult, DrillTarget
from healthcheckd.domain.reports.webhooks import WebhookRow
from healthcheckd.ports.control import Again, Caller, Everything

if TYPE_CHECKING:
    from tests.contract.api.fakes import FakeDaemon

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class Part:
    def __init__(self, daemon: "FakeDaemon") -> None:
        self.daemon = daemon


class Mail(Part):
    async def verify(self, caller: Caller) -> str:
        self.daemon.note("verify", caller)
        return "235 ok"

    async def test(self, address: str, caller: Caller) -> str:
        self.daemon.note("test", address, caller)
        return "250 queued"

    async def retry(self, notices: Sequence[int], caller: Caller) -> int:
        self.daemon.note("retry", tuple(notices), caller)
        return 2


class Drills(Part):
    async def plan(self, account: AccountId, kind: str) -> DrillPlan:
        check_known("kind of drill", kind, ("offline", "recovered"))
        self.daemon.note("plan drill", account, kind)
        return DrillPlan(
            str(account), kind, (DrillTarget("email", "ops@example.com", "operator", "escalation", 900.0),)
        )

    async def run(
        self, account: AccountId, kind: str, caller: Caller, tell: Callable[[DrillLine], None]
    ) -> DrillResult:
        tell(DrillLine(NOW, "sending", "escalation", "email", "ops@example.com", 1))
        self.daemon.note("drill", account, kind, caller)
        if self.daemon.refuses_drill is not None:
            raise self.daemon.refuses_drill
        await self.daemon.finish_run.wait()
        tell(DrillLine(NOW, "accepted", "", "email", "ops@example.com", 1, "250 queued"))
        return DrillResult(str(account), kind, accepted=1)


class Channels(Part):
    async def listed(self) -> Sequence[ChannelRow]:
        self.daemon.note("channels")
        return [ChannelRow("team", "apprise", used_by=("ana",), owed=2)]

    async def test(self, channel: str, address: str, caller: Caller) -> str:
        check_known("channel", channel, ("team",))
        self.daemon.note("test channel", channel, address, caller)
        return "accepted"


class Webhooks(Part):
    async def listed(self) -> Sequence[WebhookRow]:
        self.daemon.note("webhooks")
        return [WebhookRow("crm", "https://crm.example.com", ("*",), owed=3)]

    async def test(self, webhook: str, caller: Caller) -> str:
        check_known("webhook", webhook, ("crm",))
        self.daemon.note("test webhook", webhook, caller)
        return "204 No Content"

    async def replay(self, webhook: str, wanted: Again, caller: Caller) -> int:
        check_known("webhook", webhook, ("crm",))
        self.daemon.note("replay", webhook, wanted, caller)
        return 4


class Personal(Part):
    async def everything(self, account: AccountId, caller: Caller) -> Everything:
        self.daemon.note("everything", account, caller)
        return {"accounts": [{"session": account.session}], "notices": []}

    async def forget(self, account: AccountId, caller: Caller) -> ChangeReport:
        self.daemon.note("forget", account, caller)
        return ChangeReport((Change("main/forgotten-1", "forget"),))


class Messages(Part):
    async def add(self, account: AccountId, counts: DayCount, key: str, caller: Caller) -> DayCount:
        self.daemon.note("messages", account, counts, key, caller)
        return DayCount("2026-05-04", counts.sent, counts.received)
