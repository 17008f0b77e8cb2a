"""The screen people look at most: which numbers are down, since when, why, and who has been told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from healthcheckd.cli.output import Column, Part, Piece, Screen, Style
from healthcheckd.cli.screens import terms
from healthcheckd.cli.screens.blasts import blast_row
from healthcheckd.cli.screens.jobs import job_rows
from healthcheckd.cli.words import ago, clock, count, lasting
from healthcheckd.domain.observations import Health
from healthcheckd.domain.reports.operation import GatewayRow
from healthcheckd.domain.reports.status import GroupRow, HealthCounts, NeedsPerson, StatusReport

BEATS = timedelta(minutes=3)
"""A daemon that turned within this time is well; it beats each minute."""

_CHECK = "whatsapp-health-check"


@dataclass(frozen=True, slots=True)
class StatusScreen:
    """One report, drawn for readers in one time zone."""

    report: StatusReport
    zone: ZoneInfo

    def draw(self, screen: Screen) -> None:
        screen.say(*self._headline())
        for line in self._remarks():
            screen.say(line)
        screen.say()
        _draw_fleet(screen, self.report.accounts)
        if self.report.groups:
            screen.say()
            self._groups(screen, self.report.groups)
        screen.say()
        titles = ("JOB", "STATE", "LAST RUN", "RESULT", "NEXT")
        columns = [Column(title, cut=title == "RESULT") for title in titles]
        screen.table(columns, job_rows(self.report.jobs, self.report.at, self.zone))
        if troubles := list(self._troubles()):
            screen.say()
            screen.say(Part("NEEDS A PERSON", Style.STRONG))
            _troubles(screen, troubles)
            self._rest(screen)

    def _troubles(self) -> Iterator[list[Piece]]:
        """What concerns many comes first."""
        yield from map(_gateway_row, self._silent())
        yield from (blast_row(blast, self.report.at) for blast in self.report.blasts)
        yield from map(self._needs_row, self.report.needs_person)

    def _silent(self) -> list[GatewayRow]:
        return [gateway for gateway in self.report.gateways if gateway.silent_since]

    def _headline(self) -> Iterator[Piece]:
        daemon = self.report.daemon
        yield Part(daemon.name or "healthcheckd", Style.STRONG)
        yield f" {daemon.version}"
        if daemon.alive:
            since = (self.report.at - daemon.up_since).total_seconds() if daemon.up_since else None
            yield f" · up {lasting(since)}"
        else:
            yield " · "
            yield Part("NOT RUNNING", Style.BAD)
        silent = len(self._silent())
        yield f" · {count(len(self.report.gateways), 'gateway')}"
        if silent:
            yield ", "
            yield Part(f"{silent} silent", Style.WARN)
        if following := next((job.next_at for job in self.report.jobs if job.name == _CHECK), None):
            wait = (following - self.report.at).total_seconds()
            yield f" · next check in {lasting(wait)}" if daemon.alive and wait > 0 else ""

    def _remarks(self) -> Iterator[Part]:
        """What colours everything below, a line each."""
        daemon, report = self.report.daemon, self.report
        if not daemon.alive and (last := daemon.stopped_at or daemon.beat_at):
            how = "stopped" if daemon.stopped_at else "last heard of"
            yield Part(f"As last known: it was {how} at {self._clock(last)}, {ago(last, report.at)}.", Style.BAD)
        elif daemon.alive and daemon.beat_at and report.at - daemon.beat_at > BEATS:
            yield Part(f"The daemon has not turned since {self._clock(daemon.beat_at)}: it hangs.", Style.BAD)
        if would := report.would_have:
            done = f"{count(would.reconnections, 'reconnection')} and {count(would.notices, 'notice')}"
            yield Part("WATCH MODE: nothing is sent or restarted.", Style.WARN)
            yield Part(f"Since it began it would have made {done}.", Style.WARN)
        if daemon.held:
            words = f"{daemon.held}{self._until(daemon.held_until)}"
            yield Part(f"ON HOLD, nothing is restarted: {words}", Style.WARN)
            yield Part("End it: healthcheck release", Style.WARN)
        for gateway in report.gateways:
            if gateway.held:
                words = f"{gateway.held}{self._until(gateway.held_until)}"
                release = f"healthcheck release --gateway {gateway.name}"
                yield Part(f"GATEWAY {gateway.name} ON HOLD: {words}. End it: {release}", Style.WARN)
        yield from self._calm()
        yield from (Part(line, Style.WARN) for line in self._notices())
        for warning in report.warnings:
            yield Part(warning, Style.WARN)

    def _calm(self) -> Iterator[Part]:
        """What nobody is told of now; and of maintenance the next."""
        for silence in self.report.silences:
            why = f": {silence.comment}" if silence.comment else ""
            yield Part(f"SILENCED until {self._clock(silence.until_at)} by {silence.by}{why}", Style.WARN)
            yield Part(f"  {silence.what}. End it: healthcheck silence end {silence.id}", Style.WARN)
        for window in (one for one in self.report.maintenance if one.in_force):
            until = self._clock(window.until_at)
            yield Part(f"MAINTENANCE {window.name} until {until}: nothing is restarted, nobody told", Style.WARN)
            yield Part(f"  {window.what}", Style.WARN)
        for window in [one for one in self.report.maintenance if not one.in_force][:1]:
            begins, ends = self._clock(window.from_at), self._clock(window.until_at)
            yield Part(f"Next maintenance: {window.name}, {begins} to {ends}, {window.what}", Style.DIM)

    def _notices(self) -> Iterator[str]:
        notices = self.report.notices
        for channel in notices.channels_failing:
            look = "webhooks list" if channel.startswith("webhook:") else "notices list --state owed"
            yield f"CHANNEL {channel} fails: healthcheck {look}"
        if notices.owed:
            yield f"{count(notices.owed, 'notice')} owed, the oldest since {self._clock(notices.oldest_owed_at)}"
        if notices.dead:
            yield f"{count(notices.dead, 'notice')} given up: healthcheck notices list --state dead"

    def _groups(self, screen: Screen, groups: Sequence[GroupRow]) -> None:
        titles = ("GROUP", "ACCOUNTS", "HEALTHY", "WARNING", "CRITICAL", "UNKNOWN")
        columns = [Column(title, cut=title == "GROUP", right=title != "GROUP") for title in titles]
        screen.table(columns, [_group_row(group) for group in groups])

    def _needs_row(self, row: NeedsPerson) -> list[Piece]:
        told = f"{row.told[0].role} told {ago(row.told[0].at, self.report.at)}" if row.told else "nobody told"
        told = f"known to {row.acknowledged_by}" if row.acknowledged_by else told
        what, since = terms.why(row.cause, row.connection), lasting(row.down_seconds)
        return [row.id, row.title, terms.health(row.health), what, since, told, row.next or row.advice]

    def _rest(self, screen: Screen) -> None:
        if (more := self.report.needs_person_total - len(self.report.needs_person)) > 0:
            screen.say(f"+{more:,} more: healthcheck accounts list --needs-person")

    def _until(self, at: datetime | None) -> str:
        return f", until {self._clock(at)}" if at else ""

    def _clock(self, at: datetime | None) -> str:
        return clock(at, self.report.at, self.zone)


def _draw_fleet(screen: Screen, accounts: HealthCounts) -> None:
    grades = zip(Health, (accounts.healthy, accounts.warning, accounts.critical, accounts.unknown), strict=True)
    parts = [piece for grade, number in grades for piece in ("    ", terms.amount(grade, number))]
    screen.say(Part("ACCOUNTS", Style.STRONG), f"  {accounts.total:,}", *parts)
    besides = [(accounts.stale, "of them without a fresh reading"), (accounts.disabled, "more disabled")]
    if told := ", ".join(f"{number:,} {words}" for number, words in besides if number):
        screen.say(Part(f"          {told}", Style.DIM))
    if accounts.unproven:
        listed = "healthcheck accounts list --unproven"
        screen.say(Part(f"          {accounts.unproven:,} connected, unproven: {listed}", Style.DIM))


def _group_row(group: GroupRow) -> list[Piece]:
    accounts = group.accounts
    numbers = (accounts.healthy, accounts.warning, accounts.critical, accounts.unknown)
    return [group.name or "(none)", f"{accounts.total:,}", *(f"{number:,}" for number in numbers)]


def _gateway_row(gateway: GatewayRow) -> list[Piece]:
    stale = f"{count(gateway.stale, 'account')} stale"
    what = gateway.last_error or "no answer"
    fix = f"healthcheck gateways check {gateway.name}"
    return [gateway.name, "gateway", Part("silent", Style.BAD), what, lasting(gateway.silent_seconds), stale, fix]


def _troubles(screen: Screen, rows: Sequence[Sequence[Piece]]) -> None:
    """One line each where there is room, else what to do stands below: it is there to be copied."""
    whole = [Column(""), Column("", cut=True), Column(""), Column("", cut=True), Column(""), Column(""), Column("")]
    if screen.has_room(whole, rows):
        screen.table(whole, rows)
    else:
        short = [row[:5] for row in rows]
        screen.table(whole[:5], short, [[*row[5:6], " · ", row[6]] for row in rows])
