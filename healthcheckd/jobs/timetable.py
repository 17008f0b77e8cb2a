"""When the jobs run. `schedule` rings the bell, and that is all it does: an entry puts a job's name on a list."""

import logging
import math
import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import schedule

from healthcheckd.domain.cron import Cadence, next_fire
from healthcheckd.domain.durations import format_duration

logger = logging.getLogger(__name__)

JUMP = timedelta(seconds=60)
"""A difference between wall clock and monotonic time that is no longer drift: somebody set the clock, or we slept."""


class Timetable:
    """One entry per job, armed for its next fire only: however long nobody looked, a job rings once, never in a storm.

    `schedule` counts in naive local time, so the process has to run in UTC; the cadences are read in `zone`.
    """

    def __init__(self, cadences: Mapping[str, Cadence], zone: ZoneInfo, jitter: timedelta = timedelta(0)) -> None:
        self._cadences = dict(cadences)
        self._zone = zone
        self._jitter = jitter
        self._bell = schedule.Scheduler()
        self._rung: list[str] = []
        self._fires: dict[str, datetime] = {}
        self._last: tuple[datetime, float] | None = None

    def next_at(self, job: str) -> datetime | None:
        """When the cadence says, without jitter."""
        return self._fires.get(job)

    def cadence(self, job: str) -> str:
        return str(self._cadences[job])

    def arm(self, now: datetime) -> None:
        """Arm every job for its next fire after `now`."""
        self._bell.clear()
        for job in self._cadences:
            self._arm(job, now)

    def change(self, cadences: Mapping[str, Cadence], zone: ZoneInfo, jitter: timedelta, now: datetime) -> None:
        """Other cadences from now on."""
        self._cadences, self._zone, self._jitter = dict(cadences), zone, jitter
        self._fires = {}
        self.arm(now)

    def tick(self, now: datetime, monotonic: float) -> tuple[list[str], timedelta]:
        """The jobs to start now, and by how much the wall clock jumped since the last tick (zero when it did not)."""
        jump = self._jumped(now, monotonic)
        if jump:
            words = "The clock jumped %s by %s; the timetable is armed anew"
            logger.warning(words, *_in_words(jump), extra={"action": "clock_jumped"})
            due = [job for job, fire in self._fires.items() if fire <= now]
            self.arm(now)
            return due, jump
        self._bell.run_pending()
        rung, self._rung = self._rung, []
        for job in rung:
            self._arm(job, now)
        return rung, jump

    def _arm(self, job: str, now: datetime) -> None:
        fire = next_fire(self._cadences[job], now, self._zone)
        self._fires[job] = fire
        delay = (fire - now).total_seconds() + random.uniform(0, self._jitter.total_seconds())  # noqa: S311
        entry = self._bell.every(max(1, math.ceil(delay))).seconds
        entry.do(partial(self._ring, job))

    def _ring(self, job: str) -> type[schedule.CancelJob]:
        self._rung.append(job)
        return schedule.CancelJob

    def _jumped(self, now: datetime, monotonic: float) -> timedelta:
        last, self._last = self._last, (now, monotonic)
        if last is None:
            return timedelta(0)
        jump = (now - last[0]) - timedelta(seconds=monotonic - last[1])
        return jump if abs(jump) > JUMP else timedelta(0)


def _in_words(jump: timedelta) -> tuple[str, str]:
    whole = timedelta(seconds=round(abs(jump).total_seconds()))
    return "back" if jump < timedelta(0) else "forward", format_duration(whole)
