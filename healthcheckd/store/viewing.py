"""The reports inside the daemon: on a connection and a thread of their own, so that no long report holds up a sweep."""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.reports.accounts import AccountDetail, AccountRow, ExportRow
from healthcheckd.domain.reports.channels import ChannelStanding
from healthcheckd.domain.reports.forecast import ForecastReport
from healthcheckd.domain.reports.history import HistoryRow, IncidentRow, NoticeRow, NoticeStats, UptimeRow
from healthcheckd.domain.reports.incidents import IncidentTrail, SilenceRow
from healthcheckd.domain.reports.metrics import MetricsReport
from healthcheckd.domain.reports.operation import AuditRow, GatewayRow, JobStatus
from healthcheckd.domain.reports.status import Info, StatsRow, StatusReport
from healthcheckd.domain.reports.webhooks import Standing
from healthcheckd.domain.selection import Selection
from healthcheckd.ports.control import IncidentFilter, NoticeFilter, Span
from healthcheckd.store.failures import in_plain_words
from healthcheckd.store.terms import Terms
from healthcheckd.store.views.forecast import forecast
from healthcheckd.store.views.reader import Reader
from healthcheckd.store.views.viewpoint import Viewpoint

T = TypeVar("T")


class StoreViews:
    """Fills `Views`. `viewpoint` is asked anew for every report."""

    def __init__(self, path: Path, viewpoint: Callable[[], Viewpoint]) -> None:
        self._path = path
        self._viewpoint = viewpoint
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="views")
        self._connection: sqlite3.Connection | None = None

    async def status(self, by: str = "") -> StatusReport:
        return await self._read(lambda reader: reader.status(by))

    async def info(self) -> Info:
        return await self._read(Reader.info)

    async def stats(self) -> Sequence[StatsRow]:
        return await self._read(Reader.stats)

    async def jobs(self) -> Sequence[JobStatus]:
        return await self._read(Reader.jobs)

    async def resolve(self, text: str) -> AccountId:
        return await self._read(lambda reader: reader.resolve(text))

    async def accounts(self, selection: Selection) -> Sequence[AccountRow]:
        return await self._read(lambda reader: reader.accounts(selection))

    async def account(self, account: AccountId) -> AccountDetail:
        return await self._read(lambda reader: reader.account(account))

    async def export(self, selection: Selection, missing_owner: bool) -> Sequence[ExportRow]:
        return await self._read(lambda reader: reader.export(selection, missing_owner))

    async def gateways(self) -> Sequence[GatewayRow]:
        return await self._read(Reader.gateways)

    async def history(self, account: AccountId | None, span: Span) -> Sequence[HistoryRow]:
        return await self._read(lambda reader: reader.history(account, span))

    async def uptime(self, selection: Selection, span: Span, by: str = "account") -> Sequence[UptimeRow]:
        return await self._read(lambda reader: reader.uptime(selection, span, by))

    async def notices(self, wanted: NoticeFilter, span: Span) -> Sequence[NoticeRow]:
        return await self._read(lambda reader: reader.notices(wanted, span))

    async def notice_stats(self, since: datetime) -> NoticeStats:
        return await self._read(lambda reader: reader.notice_stats(since))

    async def forecast(self, since: datetime) -> ForecastReport:
        """In a thread and on a connection of its own: it takes seconds, and no other report waits for it."""
        return await asyncio.to_thread(self._foretell, since, self._viewpoint())

    async def metrics(self) -> MetricsReport:
        return await self._read(lambda reader: reader.metrics())

    async def channel_standings(self) -> Mapping[str, ChannelStanding]:
        return await self._read(Reader.channel_standings)

    async def webhook_standings(self) -> Mapping[str, Standing]:
        return await self._read(Reader.webhook_standings)

    async def incidents(self, wanted: IncidentFilter, span: Span) -> Sequence[IncidentRow]:
        return await self._read(lambda reader: reader.incidents(wanted, span))

    async def incident(self, incident: int) -> IncidentTrail:
        return await self._read(lambda reader: reader.incident(incident))

    async def silences(self, everything: bool) -> Sequence[SilenceRow]:
        return await self._read(lambda reader: reader.silences(everything))

    async def audit(self, span: Span) -> Sequence[AuditRow]:
        return await self._read(lambda reader: reader.audit(span))

    async def close(self) -> None:
        """Waits for the report under way."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown(wait=False)

    async def _read(self, work: Callable[[Reader], T]) -> T:
        view = self._viewpoint()
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._answer, work, view)

    def _answer(self, work: Callable[[Reader], T], view: Viewpoint) -> T:
        with in_plain_words(self._path):
            if self._connection is None:
                self._connection = self._opened()
            self._connection.execute("BEGIN")
            try:
                return work(Reader(self._connection, view))
            finally:
                self._connection.rollback()

    def _foretell(self, since: datetime, view: Viewpoint) -> ForecastReport:
        with in_plain_words(self._path), closing(self._opened()) as connection:
            connection.execute("BEGIN")
            return forecast(connection, view.terms or Terms(), view.digest, since, view.now)

    def _opened(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
