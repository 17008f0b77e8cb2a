"""What happened to accounts: transitions, outages, reconnections, notices, uptime."""

from dataclasses import dataclass
from datetime import datetime

from healthcheckd.domain.observations import Cause, Connection, Health


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One change of an account."""

    at: datetime
    id: str
    connection_from: Connection
    connection_to: Connection
    health_from: Health
    health_to: Health
    cause: Cause | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One outage: `scope` is `account`, `gateway`, `blast`, `job` or `channel`, `subject` its name. `outcome` tells how
    it ended and is empty while it lasts; `lasted_seconds` runs on until now. `acknowledgement` is the comment of who
    acknowledged it; `reopened` counts falls soon after a recovery."""

    id: int
    scope: str
    subject: str
    started_at: datetime
    ended_at: datetime | None = None
    lasted_seconds: float = 0.0
    cause: str = ""
    detail: str = ""
    outcome: str = ""
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    acknowledgement: str = ""
    reopened: int = 0


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One reconnection. `result` is empty while it is owed or being made; `why` is the reason of the plan."""

    id: int
    account: str
    due_at: datetime
    verb: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    result: str = ""
    detail: str = ""
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One message owed to one recipient on one channel. `state` is one of `owed`, `sent`, `dead`, `superseded`,
    `cancelled`; `not_before` puts an owed one off, while `due_at` tells since when it is owed. `role` is `owner` or
    `operator`. `words` are the server's own. `held_by` is what held it back until `held_until`: `mute`, `silence 3` or
    `maintenance nightly`."""

    id: int
    key: str
    kind: str
    channel: str
    recipient: str
    state: str
    role: str = ""
    account: str = ""
    gateway: str = ""
    incident: int | None = None
    reminder: int = 0
    created_at: datetime | None = None
    due_at: datetime | None = None
    not_before: datetime | None = None
    sent_at: datetime | None = None
    tries: int = 0
    last_error: str = ""
    message_id: str = ""
    words: str = ""
    ended_at: datetime | None = None
    held_by: str = ""
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NoticeStats:
    """The outbox since an instant; `owed` counts what is due now. A delay runs from falling due to being accepted by
    the channel; None when none was sent."""

    since: datetime
    sent: int = 0
    owed: int = 0
    dead: int = 0
    superseded: int = 0
    oldest_owed_at: datetime | None = None
    delay_median_seconds: float | None = None
    delay_p95_seconds: float | None = None
    delay_max_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class UptimeRow:
    """How one subject (an account, or all of a customer) fared. `percentage` is up of what is known, 0 to 100, and
    None when nothing is: unknown time counts neither way and stands beside it; excluded time was not watched."""

    subject: str
    name: str
    from_at: datetime
    until_at: datetime
    up_seconds: float = 0.0
    down_seconds: float = 0.0
    unknown_seconds: float = 0.0
    excluded_seconds: float = 0.0
    accounts: int = 1
    percentage: float | None = None
