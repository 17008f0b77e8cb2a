"""Jobs in a table, and the counts of a run in words."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from healthcheckd.cli.output import Part, Piece, Style
from healthcheckd.cli.words import NOTHING, ago, clock, took
from healthcheckd.domain.reports.operation import JobStatus

_NOUNS = {
    "total": "checked",
    "reconnected": "reconnected",
    "notified": "to be told of",
    "closed": "counters closed",
    "stopped": "clients stopped",
}
"""What a run did, in the order it is told; the other counts say how things stand."""

_FIRST = ("total", "closed", "stopped")
"""Counts that are told even when they are nought."""


def job_rows(jobs: Iterable[JobStatus], now: datetime, zone: ZoneInfo) -> list[list[Piece]]:
    return [[job.name, _state(job), _last(job, now, zone), _result(job, now), _next(job, now, zone)] for job in jobs]


def outcome(result: Mapping[str, int]) -> str:
    """What it did, in words."""
    told = [key for key in _NOUNS if result.get(key) or (key in _FIRST and key in result)]
    return ", ".join(f"{result[key]:,} {_NOUNS[key]}" for key in told) or counts_line(result)


def counts_line(result: Mapping[str, int]) -> str:
    """Every count by its own name."""
    return "   ".join(f"{key.replace('_', ' ')} {number:,}" for key, number in result.items()) or "nothing to count"


def _state(job: JobStatus) -> Piece:
    if job.executing:
        return Part("working", Style.GOOD)
    return "on" if job.running else Part("stopped", Style.WARN)


def _last(job: JobStatus, now: datetime, zone: ZoneInfo) -> str:
    if not job.running and job.switched_at:
        return f"by {job.switched_by or 'somebody'}, {ago(job.switched_at, now)}"
    if job.last_started_at is None:
        return "never"
    return f"{clock(job.last_started_at, now, zone)}, {took(job.last_seconds)}"


def _result(job: JobStatus, now: datetime) -> Piece:
    if job.error:
        return Part(f"failed: {job.error}", Style.BAD)
    return outcome(job.result) if job.last_started_at else NOTHING


def _next(job: JobStatus, now: datetime, zone: ZoneInfo) -> str:
    return clock(job.next_at, now, zone) if job.running else NOTHING
