"""Finding out that accounts fell together: whenever some fell, and never otherwise."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from healthcheckd.domain.accounts import Vitals
from healthcheckd.domain.blast import Part, judge, touches
from healthcheckd.domain.incidents import IncidentStep, Step
from healthcheckd.domain.observations import Cause
from healthcheckd.domain.policy import BlastPolicy
from healthcheckd.ports.store import Event
from healthcheckd.store.blasts.counting import Span, fallen, parts, span_around, well
from healthcheckd.store.blasts.gathering import gather, join, join_late, open_over
from healthcheckd.store.rows import written
from healthcheckd.store.terms import Terms


class Fall(NamedTuple):
    """An account that fell, its incident, and when."""

    account: int
    incident: int
    at: datetime


def falls_now(connection: sqlite3.Connection, incident: int, previous: Vitals, step: IncidentStep) -> datetime | None:
    """When an account fell by this step of its incident, if it did. What turns out to be down when its gateway answers
    again fell only now, as far as can be known."""
    if step.step in {Step.OPEN, Step.REOPEN}:
        return None if step.cause is Cause.GATEWAY_DOWN else step.at
    if step.step is not Step.RECAUSE or previous.cause is not Cause.GATEWAY_DOWN:
        return None
    connection.execute("UPDATE incidents SET fell_at = ? WHERE id = ?", (written(step.at), incident))
    return step.at


def as_planned(connection: sqlite3.Connection, fall: Fall) -> None:
    """It counts for nothing."""
    connection.execute("UPDATE incidents SET fell_at = NULL WHERE id = ?", (fall.incident,))


def accounts_fell(
    connection: sqlite3.Connection, terms: Terms, gateway: str, falls: Sequence[Fall], now: datetime
) -> list[Event]:
    """What falls where a blast still gathers belongs to it, and changes no verdict."""
    if not falls:
        return []
    pairs = [(fall.account, fall.incident) for fall in falls]
    if (gathering := open_over(connection, gateway, gathering=True)) is not None:
        join(connection, gathering, pairs, now)
        return []
    span = span_around(max(fall.at for fall in falls), terms.policy.blast.window)
    fell = fallen(connection, span)
    touched = _touched(connection, terms.policy.blast, gateway, fell)
    if touched and (events := _judged(connection, terms, span, fell, now)):
        return events
    if (settled := open_over(connection, gateway, gathering=False)) is not None:
        join_late(connection, settled, pairs, now)
    return []


def gateway_fell(connection: sqlite3.Connection, terms: Terms, at: datetime, now: datetime) -> list[Event]:
    """One that went silent is an incident by itself; several may be one of something wider."""
    span = span_around(at, terms.policy.blast.window)
    return _judged(connection, terms, span, fallen(connection, span), now)


def _judged(
    connection: sqlite3.Connection, terms: Terms, span: Span, fell: dict[str, int], now: datetime
) -> list[Event]:
    judgement = judge(parts(connection, span, fell), terms.policy.blast)
    return [event for group in judgement.blasts for event in gather(connection, group, span, now)]


def _touched(connection: sqlite3.Connection, policy: BlastPolicy, gateway: str, fell: dict[str, int]) -> bool:
    """A few that fall here and there touch no gateway much; then the fleet need not be counted."""
    here = fell.get(gateway, 0)
    if not here or sum(fell.values()) < policy.least:
        return False
    return touches(Part(gateway, here + well(connection, gateway).get(gateway, 0), here), policy)
