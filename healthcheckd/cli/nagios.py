"""The fleet as one line of a monitoring plugin: a word, a sentence, and figures behind a bar."""

from collections.abc import Iterator
from datetime import timedelta
from enum import IntEnum

from healthcheckd.cli.invocation import Invocation
from healthcheckd.cli.standing import gather
from healthcheckd.cli.words import ago, count
from healthcheckd.domain.cron import spacing
from healthcheckd.domain.reports.status import StatusReport
from healthcheckd.errors import DaemonUnreachable, HealthcheckError, NoAccess

_CHECK = "whatsapp-health-check"
_USUAL = timedelta(minutes=15)


class Grade(IntEnum):
    """Exit codes that every monitoring system knows."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


def plugin(call: Invocation) -> int:
    try:
        report = gather(call)
    except NoAccess as error:
        return _say(call, Grade.UNKNOWN, str(error))
    except DaemonUnreachable as error:
        return _say(call, Grade.CRITICAL, str(error))
    except HealthcheckError as error:
        return _say(call, Grade.UNKNOWN, str(error))
    grade, told = judge(report, cadence(call))
    return _say(call, grade, told, figures(report))


def judge(report: StatusReport, every: timedelta) -> tuple[Grade, str]:
    """The worst that holds, and all that is wrong, the worst first."""
    found = sorted(_findings(report, every), key=lambda finding: -finding[0])
    if not found:
        return Grade.OK, f"{count(report.accounts.total, 'account')} healthy"
    return found[0][0], ", ".join(text for _, text in found)


def _findings(report: StatusReport, every: timedelta) -> Iterator[tuple[Grade, str]]:
    accounts, now = report.accounts, report.at
    if not report.daemon.alive:
        yield Grade.CRITICAL, f"the daemon is down, last heard of {ago(report.daemon.beat_at, now)}"
    elif (since := report.checked_at or report.daemon.up_since) is None or now - since > 2 * every:
        yield Grade.CRITICAL, f"the last check ended {ago(report.checked_at, now)}"
    if accounts.critical:
        yield Grade.CRITICAL, f"{accounts.critical} critical"
    if accounts.warning:
        yield Grade.WARNING, f"{accounts.warning} warning"
    for gateway in report.gateways:
        if gateway.silent_since:
            yield Grade.WARNING, f"gateway {gateway.name} silent"


def figures(report: StatusReport) -> str:
    accounts = report.accounts
    numbers = {
        "accounts": accounts.total,
        "healthy": accounts.healthy,
        "warning": accounts.warning,
        "critical": accounts.critical,
        "unknown": accounts.unknown,
        "stale": accounts.stale,
        "notices_owed": report.notices.owed,
    }
    age = [f"check_age={(report.at - report.checked_at).total_seconds():.0f}s;;;0"] if report.checked_at else []
    return " ".join([*(f"{name}={number};;;0" for name, number in numbers.items()), *age])


def cadence(call: Invocation) -> timedelta:
    """The usual time between two checks, as configured."""
    known = call.paths.cadences.get(_CHECK)
    return spacing(known) if known else _USUAL


def _say(call: Invocation, grade: Grade, told: str, behind: str = "") -> int:
    line = f"HEALTHCHECKD {grade.name} - {' '.join(told.split())}".replace("|", "/")
    call.out.say(f"{line} | {behind}" if behind else line)
    return grade
