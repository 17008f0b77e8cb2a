"""Every class of previous state, met by every class of reading: `assessment_table.txt` says what follows."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from healthcheckd.domain.accounts import StoppedBy
from healthcheckd.domain.assessment import Assessment
from healthcheckd.domain.durations import parse_duration
from healthcheckd.domain.observations import Cause
from tests.unit.domain.story import (
    CONNECTED,
    CONNECTING,
    DISCONNECTED,
    FAILED,
    HOUR,
    LOGGED_OUT,
    MINUTE,
    OTHER_NUMBER,
    PROVED,
    REFUTED,
    RESTRICTED,
    SCAN_QR,
    SECOND,
    STOPPED,
    Reading,
    Story,
    absent,
    down_for,
    failed,
    gateway_silent,
    gateway_silent_alone,
    healthy,
    lived,
    no_answer,
    told,
    unknown_state,
)

TABLE = Path(__file__).with_name("assessment_table.txt")

READINGS: dict[str, Reading] = {
    "connected": CONNECTED,
    "proved": PROVED,
    "refuted": REFUTED,
    "other number": OTHER_NUMBER,
    "restricted": RESTRICTED,
    "connecting": CONNECTING,
    "failed": FAILED,
    "disconnected": DISCONNECTED,
    "logged out": LOGGED_OUT,
    "banned": failed(Cause.BANNED),
    "stopped": STOPPED,
    "scan qr": SCAN_QR,
    "no answer": no_answer,
    "gateway silent": gateway_silent,
    "gateway silent alone": gateway_silent_alone,
    "unknown state": unknown_state,
    "missing": absent,
}


def _then(story: Story, *readings: Reading, after: timedelta = 5 * MINUTE) -> Story:
    for seen in readings:
        story.later(seen, after)
    return story


def _with(story: Story, **vitals: object) -> Story:
    story.vitals = replace(story.vitals, **vitals)  # type: ignore[arg-type]
    return story


def _flapping() -> Story:
    return _then(healthy(), *[DISCONNECTED, CONNECTED] * 3, DISCONNECTED)


BEFORE: dict[str, Callable[[], Story]] = {
    "never seen": Story,
    "healthy": healthy,
    "healthy, unproven": lambda: _then(healthy(), REFUTED),
    "restricted": lambda: _then(healthy(), RESTRICTED),
    "settling": lambda: _then(healthy(), CONNECTING),
    "failed once": lambda: _then(healthy(), FAILED),
    "down": lambda: down_for(HOUR),
    "down, connecting": lambda: _then(down_for(HOUR), CONNECTING),
    "critical": lambda: down_for(7 * HOUR),
    "down when first seen": lambda: lived((DISCONNECTED, -HOUR), (DISCONNECTED, -45 * MINUTE)),
    "logged out": lambda: down_for(HOUR, LOGGED_OUT),
    "banned": lambda: down_for(HOUR, failed(Cause.BANNED)),
    "stopped by others": lambda: down_for(HOUR, STOPPED),
    "zombie": lambda: _then(healthy(), REFUTED, REFUTED),
    "recovering": lambda: _then(down_for(HOUR), CONNECTED, after=30 * SECOND),
    "just recovered": lambda: _then(down_for(HOUR), CONNECTED, CONNECTED),
    "flapping": _flapping,
    "flapping, connected": lambda: _then(_flapping(), CONNECTED, CONNECTED),
    "silent": lambda: _then(healthy(), no_answer),
    "down, silent": lambda: _then(down_for(HOUR), no_answer),
    "unreachable": lambda: _then(healthy(), *[gateway_silent] * 3, after=15 * MINUTE),
    "unreachable, others answer": lambda: _then(healthy(), *[gateway_silent_alone] * 3, after=15 * MINUTE),
    "down, unreachable": lambda: _then(down_for(HOUR), *[gateway_silent] * 3, after=15 * MINUTE),
    "missed once": lambda: _then(healthy(), absent),
    "gone": lambda: _then(healthy(), absent, absent),
    "number changed": lambda: _then(healthy(), OTHER_NUMBER),
    "never linked": lambda: lived((SCAN_QR, -15 * MINUTE), (SCAN_QR, 0 * MINUTE)),
    "stopped by us": lambda: _then(_with(healthy(), stopped_by=StoppedBy.OPERATOR), STOPPED),
    "cleaned up": lambda: _then(_with(down_for(7 * HOUR, SCAN_QR), stopped_by=StoppedBy.CLEANUP), STOPPED),
}


class Row(NamedTuple):
    """A row of the table: times are told from the reading, `-5m` being five minutes before it."""

    before: str
    seen: str
    after: str
    reason: str
    connection: str
    health: str
    cause: str
    ledger: str
    incident: str
    look_again: str

    @property
    def case(self) -> str:
        return f"{self.before}; then {self.seen} after {self.after}"


def rows() -> Iterator[Row]:
    before = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            before = line.removeprefix("== ")
        elif line and not line.startswith("#"):
            yield Row(before, *re.split(r" {2,}", line))


def outcome(before: str, seen: str, after: str) -> Row:
    story = BEFORE[before]()
    verdict = story.later(READINGS[seen], parse_duration(after))
    vitals = verdict.vitals
    return Row(
        *(before, seen, after, verdict.reason.value),
        *(vitals.connection.value, vitals.health.value, vitals.cause or "-"),
        *(_marks(verdict, story.now), _step(verdict, story.now), _since(vitals.recheck_at, story.now)),
    )


def _marks(verdict: Assessment, now: datetime) -> str:
    return ", ".join(f"{mark.kind} {_since(mark.from_at, now)}" for mark in verdict.marks) or "-"


def _step(verdict: Assessment, now: datetime) -> str:
    step = verdict.incident
    if step is None:
        return "-"
    return f"{step.step} {_since(step.at, now)}" + (f" {step.ending}" if step.ending else "")


def _since(instant: datetime | None, now: datetime) -> str:
    if instant is None:
        return "-"
    return "now" if instant == now else told(instant - now)


@pytest.mark.parametrize("row", [pytest.param(row, id=row.case) for row in rows()])
def test_what_follows_from_a_reading(row: Row) -> None:
    assert outcome(row.before, row.seen, row.after) == row


def test_the_table_leaves_out_no_state_and_no_reading() -> None:
    told_of = {(row.before, row.seen) for row in rows()}
    assert told_of == {(before, seen) for before in BEFORE for seen in READINGS}
