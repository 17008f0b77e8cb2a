"""Which notices go out as one message, and when one is complete. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from healthcheckd.domain.notices import NoticeKind
from healthcheckd.domain.observations import Cause
from healthcheckd.ports.store import OwedNotice

_COLLECTED = frozenset({NoticeKind.ESCALATION, NoticeKind.OFFLINE, NoticeKind.RECOVERED})


COMPANY = timedelta(hours=6)
"""So long that an account is back waits for the others that its reader was told of."""


@dataclass(frozen=True, slots=True)
class Due:
    """A notice that is due. `cause` is that of its incident; `over` says that the incident has ended. `account` is
    set for what concerns one account, whose present state is then the notice's only subject. A `single` one goes alone:
    it opens an alert. `said_too` is what another one says to the same reader; of `others_down` its reader
    knows."""

    notice: OwedNotice
    role: str
    due_at: datetime
    variant: str = ""
    cause: str | None = None
    over: bool = False
    account: int | None = None
    gateway: str = ""
    blast: int | None = None
    fell_at: datetime | None = None
    single: bool = False
    said_too: bool = False
    others_down: bool = False

    @property
    def fixed(self) -> bool:
        return bool(self.notice.message_id)

    @property
    def way(self) -> tuple[str, str]:
        return self.notice.channel, self.notice.recipient

    @property
    def behind(self) -> str:
        """Whose outage is the account's: that of its gateway, or of all that fell with it."""
        if self.blast is not None:
            return f"blast {self.blast}"
        by_gateway = self.cause == Cause.GATEWAY_DOWN and self.notice.subjects
        return self.notice.subjects[0].account.id.gateway if by_gateway else ""


def grouped(dues: Iterable[Due]) -> list[list[Due]]:
    """In the order of their first members."""
    groups: dict[tuple[object, ...], list[Due]] = defaultdict(list)
    for due in dues:
        groups[_belonging(due)].append(due)
    return list(groups.values())


def complete_at(group: Sequence[Due], collect: timedelta) -> datetime:
    """What may still get company waits for it; what is fixed, urgent or alone by nature does not. An operator need not
    hear one by one of what comes back."""
    first = min(due.due_at for due in group)
    if all(due.others_down and not due.fixed and not due.single for due in group):
        return first + max(collect, COMPANY)
    waits = not group[0].fixed and _gathers(group[0]) and not any(_urgent(due) for due in group)
    return first + collect if waits else first


def _belonging(due: Due) -> tuple[object, ...]:
    notice = due.notice
    if due.fixed:
        return ("fixed", notice.message_id)
    if _gathers(due):
        behind = due.behind if due.role == "owner" else ""
        return (notice.kind, due.role, notice.channel, notice.recipient, notice.reminder, behind)
    return ("single", notice.id)


def _gathers(due: Due) -> bool:
    """For an operator all of a kind, also what is told in an owner's stead; for an owner, all that one outage is
    behind, of a gateway or of many accounts that fell together."""
    if due.single:
        return False
    if due.role == "operator":
        return due.notice.kind in _COLLECTED
    return bool(due.behind)


def _urgent(due: Due) -> bool:
    """An escalation of a named cause is told at once."""
    return due.notice.kind == NoticeKind.ESCALATION and bool(due.variant)
