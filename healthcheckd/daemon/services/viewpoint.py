"""What the reports need to know beside the database, as the running daemon knows it."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from healthcheckd.config import check
from healthcheckd.daemon.wiring import Engine
from healthcheckd.domain.reports.operation import Planned
from healthcheckd.jobs.timetable import Timetable
from healthcheckd.ports.clock import Clock
from healthcheckd.store.database import Store
from healthcheckd.store.views.viewpoint import Viewpoint


def viewpoint(
    store: Store, clock: Clock, engine: Callable[[], Engine], timetable: Timetable
) -> Callable[[], Viewpoint]:
    """Asked anew for each report: engine and timetable change with a reload."""

    def look() -> Viewpoint:
        settings = engine().settings
        return Viewpoint(
            now=clock.now(),
            alive=True,
            database=str(store.path),
            planned={job: Planned(timetable.cadence(job), timetable.next_at(job)) for job in settings.jobs.cadences},
            zone=ZoneInfo(settings.daemon.time_zone),
            warnings=_warnings(engine()),
            policy=store.core.terms.policy.notices,
            directory=store.core.terms.directory,
            not_sent=_not_sent(engine()),
            terms=store.core.terms,
            digest=settings.operator.digest,
        )

    return look


def _warnings(engine: Engine) -> tuple[str, ...]:
    faults = engine.mailing.renderer.faults
    broken = (f"your template {name} fails, ours is used: {fault}" for name, fault in faults.items())
    untrue = [engine.self_test.fault] if engine.self_test and engine.self_test.failed else []
    return (*untrue, *check(engine.settings), *broken)


def _not_sent(engine: Engine) -> str:
    if engine.settings.daemon.mode == "watch":
        return "watch mode"
    return "" if engine.outbox is not None else "mail is off"
