"""The made-up daemon's outages and silences."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from healthcheckd.domain.matching import Reach
from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.reports.history import AttemptRow, HistoryRow, IncidentRow, NoticeRow
from healthcheckd.domain.reports.incidents import IncidentTrail, SilenceRow, TrailStep
from healthcheckd.errors import UnknownName
from healthcheckd.ports.control import Caller, IncidentFilter, Span

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
SHOP_OUTAGE = IncidentRow(
    7, "account", "main/shop", AT, lasted_seconds=10_800.0, cause="logged_out", acknowledged_by="ana", reopened=1
)
SILENCE = SilenceRow(
    3, "gateway main", "ana", AT, AT + timedelta(hours=7), True, "moving", reached=12, gateways=("main",)
)


class Noting(Protocol):
    note: Callable[..., None]


class CalmViews:
    daemon: Noting

    async def incidents(self, wanted: IncidentFilter, span: Span) -> Sequence[IncidentRow]:
        self.daemon.note("incidents", wanted, span)
        return [SHOP_OUTAGE]

    async def incident(self, incident: int) -> IncidentTrail:
        self.daemon.note("incident", incident)
        if incident != SHOP_OUTAGE.id:
            raise UnknownName(f"there is no incident {incident}", hint="healthcheck incidents list")
        return TRAIL

    async def silences(self, everything: bool) -> Sequence[SilenceRow]:
        self.daemon.note("silences", everything)
        return [SILENCE]


class Incidents:
    def __init__(self, daemon: Noting) -> None:
        self.daemon = daemon

    async def acknowledge(self, incident: int, comment: str, caller: Caller) -> bool:
        self.daemon.note("acknowledge", incident, comment, caller)
        return True

    async def take_back(self, incident: int, caller: Caller) -> bool:
        self.daemon.note("take back", incident, caller)
        return False


class Silences:
    def __init__(self, daemon: Noting) -> None:
        self.daemon = daemon

    async def add(self, reach: Reach, until: datetime | None, comment: str, caller: Caller) -> SilenceRow:
        self.daemon.note("silence", reach, until, comment, caller)
        return SILENCE

    async def end(self, silence: int, caller: Caller) -> bool:
        self.daemon.note("end silence", silence, caller)
        return True


def _minutes(number: float) -> datetime:
    return AT + timedelta(minutes=number)


_FELL = HistoryRow(
    AT, "main/shop", Connection.CONNECTED, Connection.FAILED, Health.HEALTHY, Health.WARNING, Cause.UNKNOWN, "fell"
)
_LOGGED_OUT = HistoryRow(
    _minutes(15),
    "main/shop",
    Connection.FAILED,
    Connection.LOGGED_OUT,
    Health.WARNING,
    Health.WARNING,
    Cause.LOGGED_OUT,
    "still down",
)
_RESTARTING = HistoryRow(
    _minutes(1.1),
    "main/shop",
    Connection.FAILED,
    Connection.CONNECTING,
    Health.WARNING,
    Health.WARNING,
    Cause.UNKNOWN,
    "still down",
)
_TRIED = AttemptRow(
    4,
    "main/shop",
    _minutes(1),
    "reconnect",
    _minutes(1),
    _minutes(2.5),
    "still_down",
    "FAILED",
    why="the gateway is still retrying by itself",
)
_SENT = NoticeRow(
    12,
    "7:0:action_required:email:owner@example.com:0:logged_out",
    "action_required",
    "email",
    "owner@example.com",
    "sent",
    "owner",
    "main/shop",
    incident=7,
    created_at=_minutes(15),
    due_at=_minutes(25),
    sent_at=_minutes(25.1),
    tries=2,
    words="250 2.0.0 Ok: queued as 4Fz1Y23kLz",
    held_by="silence 3",
    held_until=_minutes(25),
)
_NOT_SENT = NoticeRow(
    13,
    "7:0:escalation:email:ops@example.com:0:",
    "escalation",
    "email",
    "ops@example.com",
    "superseded",
    "operator",
    "main/shop",
    incident=7,
    created_at=_minutes(0),
    due_at=_minutes(30),
    ended_at=_minutes(28),
    last_error="acknowledged by ana",
)
_OWED = NoticeRow(
    14,
    "7:0:offline:email:owner@example.com:0:",
    "offline",
    "email",
    "owner@example.com",
    "owed",
    "owner",
    "main/shop",
    incident=7,
    created_at=_minutes(0),
    due_at=_minutes(360),
)
TRAIL = IncidentTrail(
    SHOP_OUTAGE,
    (
        TrailStep(_minutes(-10), "silence", until_at=_minutes(25), by="ana", comment="gateway main: moving"),
        TrailStep(_minutes(0), "reading", reading=_FELL),
        TrailStep(_minutes(1), "attempt", attempt=_TRIED),
        TrailStep(_minutes(1.1), "reading", reading=_RESTARTING),
        TrailStep(_minutes(15), "reading", reading=_LOGGED_OUT),
        TrailStep(_minutes(25.1), "notice", notice=_SENT),
        TrailStep(_minutes(28), "acknowledged", by="ana", comment="SIM card is ordered"),
        TrailStep(_minutes(28), "notice", notice=_NOT_SENT),
        TrailStep(_minutes(360), "notice", notice=_OWED),
    ),
)
