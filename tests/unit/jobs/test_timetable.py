"""The timetable under a frozen clock: `schedule` reads the process's clock, so freezegun moves it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory

from healthcheckd.domain.cron import Cadence
from healthcheckd.jobs.timetable import Timetable

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
QUARTERS = Cadence("*/15 * * * *", cron="*/15 * * * *")
MIDNIGHT = Cadence("daily at 00:00", cron="0 0 * * *")


@pytest.fixture
def frozen() -> Iterator[FrozenDateTimeFactory]:
    with freeze_time(NOON.replace(tzinfo=None), real_asyncio=True) as clock:
        yield clock


class Watch:
    """Ticks a timetable once a second, as the daemon does, and notes what rang when."""

    def __init__(self, frozen: FrozenDateTimeFactory, timetable: Timetable) -> None:
        self.frozen = frozen
        self.timetable = timetable
        self.monotonic = 1000.0
        self.rang: list[tuple[str, str]] = []
        self.jumps: list[timedelta] = []
        timetable.arm(self.now)
        self.tick()

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def tick(self) -> list[str]:
        jobs, jump = self.timetable.tick(self.now, self.monotonic)
        self.rang += [(job, self.now.strftime("%d %H:%M:%S")) for job in jobs]
        if jump:
            self.jumps.append(jump)
        return jobs

    def pass_time(self, seconds: int, step: int = 1) -> None:
        for _ in range(0, seconds, step):
            self.frozen.tick(step)
            self.monotonic += step
            self.tick()

    def jump(self, by: timedelta) -> list[str]:
        """The wall clock moves; monotonic time does not."""
        self.frozen.tick(by)
        return self.tick()


def test_a_job_rings_once_at_each_fire_of_its_cadence(frozen: FrozenDateTimeFactory) -> None:
    watch = Watch(frozen, Timetable({"check": QUARTERS}, ZoneInfo("UTC")))
    watch.pass_time(3600)
    assert [at for _, at in watch.rang] == ["01 12:15:00", "01 12:30:00", "01 12:45:00", "01 13:00:00"]


def test_a_cadence_of_seconds_neither_skips_nor_doubles(frozen: FrozenDateTimeFactory) -> None:
    watch = Watch(frozen, Timetable({"check": Cadence("every 5 seconds", every=timedelta(seconds=5))}, ZoneInfo("UTC")))
    watch.pass_time(60)
    assert len(watch.rang) == 12


def test_midnight_is_the_users_midnight(frozen: FrozenDateTimeFactory) -> None:
    watch = Watch(frozen, Timetable({"reset": MIDNIGHT}, ZoneInfo("America/Sao_Paulo")))
    watch.pass_time(24 * 3600, step=60)
    assert watch.rang == [("reset", "02 03:00:00")]


def test_one_slow_tick_rings_every_job_once(frozen: FrozenDateTimeFactory) -> None:
    """A loop that was busy for an hour starts one check, not four."""
    watch = Watch(frozen, Timetable({"check": QUARTERS, "reset": MIDNIGHT}, ZoneInfo("UTC")))
    frozen.tick(timedelta(hours=1))
    watch.monotonic += 3600
    assert watch.tick() == ["check"]
    watch.pass_time(900)
    assert [at for _, at in watch.rang] == ["01 13:00:00", "01 13:15:00"]


def test_a_machine_that_slept_for_ten_hours_wakes_without_a_storm(frozen: FrozenDateTimeFactory) -> None:
    watch = Watch(frozen, Timetable({"check": QUARTERS, "reset": MIDNIGHT}, ZoneInfo("UTC")))
    assert watch.jump(timedelta(hours=14)) == ["check", "reset"]
    assert watch.jumps == [timedelta(hours=14)]
    watch.pass_time(899)
    assert len(watch.rang) == 2


def test_after_a_step_back_the_jobs_go_on(frozen: FrozenDateTimeFactory) -> None:
    """`schedule` alone would wait for the clock to reach again what it had reached before."""
    watch = Watch(frozen, Timetable({"check": QUARTERS}, ZoneInfo("UTC")))
    assert watch.jump(timedelta(days=-1)) == []
    assert watch.jumps == [timedelta(days=-1)]
    watch.pass_time(3600)
    assert [at for _, at in watch.rang] == ["28 12:15:00", "28 12:30:00", "28 12:45:00", "28 13:00:00"]


@pytest.mark.parametrize(
    ("jump", "words"),
    [(-timedelta(days=1), "back by 1 day"), (timedelta(hours=10, seconds=0.4), "forward by 10 hours")],
)
def test_a_jump_is_told_in_words(
    frozen: FrozenDateTimeFactory, jump: timedelta, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    watch = Watch(frozen, Timetable({"check": QUARTERS}, ZoneInfo("UTC")))
    watch.jump(jump)
    assert caplog.messages == [f"The clock jumped {words}; the timetable is armed anew"]


def test_drift_is_no_jump(frozen: FrozenDateTimeFactory) -> None:
    watch = Watch(frozen, Timetable({"check": QUARTERS}, ZoneInfo("UTC")))
    watch.jump(timedelta(seconds=59))
    assert watch.jumps == []


def test_jitter_delays_by_no_more_than_was_said(frozen: FrozenDateTimeFactory) -> None:
    watch = Watch(frozen, Timetable({"check": QUARTERS}, ZoneInfo("UTC"), jitter=timedelta(seconds=120)))
    watch.pass_time(4 * 3600)
    minutes = [int(at[6:8]) % 15 for _, at in watch.rang]
    assert len(watch.rang) >= 15
    assert all(minute <= 2 for minute in minutes)
    assert watch.timetable.next_at("check") is not None


def test_other_cadences_hold_from_the_change_on(frozen: FrozenDateTimeFactory) -> None:
    timetable = Timetable({"check": QUARTERS}, ZoneInfo("UTC"))
    watch = Watch(frozen, timetable)
    hourly = Cadence("hourly", cron="0 * * * *")
    timetable.change({"check": hourly}, ZoneInfo("UTC"), timedelta(0), watch.now)
    watch.pass_time(2 * 3600)
    assert [at for _, at in watch.rang] == ["01 13:00:00", "01 14:00:00"]
    assert timetable.cadence("check") == "hourly"
