"""What happened in the course of an outage, a sentence each."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from healthcheckd.cli.output import Style
from healthcheckd.cli.screens import terms
from healthcheckd.cli.words import lasting
from healthcheckd.domain.accounts import FOR_GOOD
from healthcheckd.domain.observations import Cause, Health
from healthcheckd.domain.reports.history import AttemptRow, HistoryRow, NoticeRow
from healthcheckd.domain.reports.incidents import TrailStep
from healthcheckd.domain.reports.webhooks import DeliveryRow
from healthcheckd.domain.verdicts import Reason

At = Callable[[datetime], str]
Told = tuple[Style, str, list[str]]
"""How it looks, what is said, and what stands below it."""

_HEALTHS = {Health.HEALTHY: Style.GOOD, Health.WARNING: Style.WARN, Health.CRITICAL: Style.BAD}
_STATES = {"sent": Style.GOOD, "owed": Style.WARN, "dead": Style.BAD}
_LATE = 60.0
"""Seconds from falling due to being sent that are worth a word."""


def weighty(steps: Sequence[TrailStep]) -> list[TrailStep]:
    """Without the readings that only follow our own restarts: as bad as before, and for the same cause."""
    kept, cause = list[TrailStep](), None
    for step in steps:
        one = step.reading
        if (
            one is None
            or one.health_from is not one.health_to
            or one.cause is not cause
            or one.reason != Reason.STILL_DOWN
        ):
            kept.append(step)
        cause = one.cause if one is not None else cause
    return kept


def told(step: TrailStep, at: At) -> Told:
    if step.reading is not None:
        return _reading(step.reading)
    if step.attempt is not None:
        return _attempt(step.attempt)
    if step.notice is not None:
        return _notice(step.notice, at)
    if step.delivery is not None:
        return _delivery(step.delivery)
    if step.kind == "run":
        went = f"failed, {step.error}" if step.error else "went well"
        return Style.BAD if step.error else Style.GOOD, f"by {step.by}: {went}", []
    return Style.WARN, _said(step, at), []


def _said(step: TrailStep, at: At) -> str:
    """By people: that they know, or want to hear nothing."""
    end = f"until {at(step.until_at)}" if step.until_at else "goes on"
    if step.kind == "maintenance":
        return f"{end}: not counted, nothing restarted, nobody told"
    if step.kind == "silence":
        return f"{end}, by {step.by}: {step.comment}"
    return f"to {step.by}" + (f": {step.comment}" if step.comment else "")


def _reading(one: HistoryRow) -> Told:
    health = _change(one.health_from.value, one.health_to.value)
    connection = _change(terms.standing(one.connection_from), terms.standing(one.connection_to))
    known = terms.phrase(one.cause) if one.cause and one.cause is not Cause.UNKNOWN else ""
    why = ", ".join(dict.fromkeys(filter(None, (known, one.reason))))
    return _HEALTHS.get(one.health_to, Style.PLAIN), f"{health} ({connection}): {why}", []


def _attempt(one: AttemptRow) -> Told:
    what = f"{one.verb} by {one.by}" if one.by else one.verb
    took = ""
    if one.started_at and one.ended_at:
        took = f" after {lasting((one.ended_at - one.started_at).total_seconds())}"
    result = terms.phrase(one.result) or ("under way" if one.started_at else "planned")
    detail = f": {one.detail}" if one.detail else ""
    style = Style.GOOD if one.result == "connected" else Style.PLAIN
    waits = [one.why] if one.why and not (one.started_at or one.ended_at) else []
    return style, f"{what}, {result}{took}{detail}", waits


def _notice(one: NoticeRow, at: At) -> Told:
    reminder = f", reminder {one.reminder}," if one.reminder else ""
    words = f"{terms.phrase(one.kind)}{reminder} to {one.recipient} by {one.channel}: {_fate(one)}"
    return _STATES.get(one.state, Style.DIM), words, [*_besides(one, at)]


def _delivery(one: DeliveryRow) -> Told:
    besides = [words for words in (one.words, one.last_error if one.state != "sent" else "") if words]
    return _STATES.get(one.state, Style.DIM), f"{one.event} to {one.webhook}: {_fate(one)}", besides


def _fate(one: NoticeRow | DeliveryRow) -> str:
    tries = f" at try {one.tries}" if one.tries > 1 else ""
    if one.state in {"superseded", "cancelled"}:
        return f"not sent, {one.last_error}" if one.last_error else "not sent"
    return {"sent": f"sent{tries}", "dead": f"given up{tries}"}.get(one.state, one.state)


def _besides(one: NoticeRow, at: At) -> Iterator[str]:
    """Why it came late, and the server's own words."""
    if one.held_by and one.held_until is not None:
        until = "for good" if one.held_until.year == FOR_GOOD.year else f"until {at(one.held_until)}"
        yield f"held back by {one.held_by} {until}"
    if one.sent_at and one.due_at and (late := (one.sent_at - one.due_at).total_seconds()) >= _LATE:
        yield f"owed since {at(one.due_at)}, {lasting(late)} before"
    if one.words:
        yield one.words
    if one.last_error and one.state in {"owed", "dead"}:
        yield one.last_error


def _change(before: str, after: str) -> str:
    return after if before == after else f"{before} → {after}"
