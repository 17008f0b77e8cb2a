"""What happened, a sentence each."""

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from healthcheckd.cli.output import Part, Screen, Style
from healthcheckd.cli.screens.jobs import outcome
from healthcheckd.cli.screens.terms import phrase
from healthcheckd.domain.reports.history import HistoryRow
from healthcheckd.domain.reports.operation import EventRow

_STYLES = {"Healthy": Style.GOOD, "Warning": Style.WARN, "Critical": Style.BAD}


def draw_event(screen: Screen, event: EventRow, zone: ZoneInfo) -> None:
    style = _STYLES.get(str(event.data.get("health_to", "")), Style.PLAIN)
    about = f"{event.account}  " if event.account else ""
    screen.say(f"{event.at.astimezone(zone):%H:%M:%S}  {event.kind:<10}  {about}", Part(sentence(event), style))


def sentence(event: EventRow) -> str:
    """In words; a kind that is not known here by what it carries."""
    tell = _SENTENCES.get(event.kind, _anything)
    return tell(event.data)


def from_history(row: HistoryRow) -> EventRow:
    """The event that a change was, when it happened."""
    data = {
        "connection_from": row.connection_from.value,
        "connection_to": row.connection_to.value,
        "health_from": row.health_from.value,
        "health_to": row.health_to.value,
        "cause": row.cause.value if row.cause else None,
        "reason": row.reason,
    }
    return EventRow(row.at, "transition", row.id, data)


def _transition(data: Mapping[str, object]) -> str:
    health = _step(data.get("health_from"), data.get("health_to"))
    connection = _step(data.get("connection_from"), data.get("connection_to"))
    cause = data.get("cause") if data.get("cause") not in (None, "unknown") else data.get("reason") or ""
    return f"{health} ({connection}): {phrase(str(cause))}" if cause else f"{health} ({connection})"


def _step(before: object, after: object) -> str:
    return str(after) if before == after else f"{before} → {after}"


def _attempt(data: Mapping[str, object]) -> str:
    state, result, detail = (str(data.get(key) or "") for key in ("state", "result", "detail"))
    words = " ".join(phrase(word) for word in (state, result) if word)
    return f"reconnection {words}" + (f": {detail}" if detail else "")


def _notice(data: Mapping[str, object]) -> str:
    return f"{phrase(str(data.get('kind')))} to {data.get('recipient')}: {data.get('state')}"


def _incident(data: Mapping[str, object]) -> str:
    what = data.get("subject") or ""
    cause = data.get("cause") or data.get("error") or ""
    return " ".join(filter(None, ("incident", str(what), phrase(str(data.get("step") or "")), phrase(str(cause)))))


def _job(data: Mapping[str, object]) -> str:
    if error := data.get("error"):
        return f"{data.get('job')} failed: {error}"
    result = data.get("result")
    return f"{data.get('job')}: {outcome(result)}" if isinstance(result, Mapping) else str(data.get("job"))


def _gateway(data: Mapping[str, object]) -> str:
    error = data.get("error")
    return f"{data.get('gateway')} {phrase(str(data.get('state') or ''))}" + (f": {error}" if error else "")


def _anything(data: Mapping[str, object]) -> str:
    return ", ".join(f"{phrase(key)} {value}" for key, value in data.items() if value not in (None, ""))


_SENTENCES: Mapping[str, Callable[[Mapping[str, object]], str]] = {
    "transition": _transition,
    "attempt": _attempt,
    "notice": _notice,
    "incident": _incident,
    "job": _job,
    "gateway": _gateway,
}
