"""How things stand, quickly: from the database file, whether a daemon runs or not."""

from dataclasses import replace
from datetime import timedelta

from healthcheckd import __version__
from healthcheckd.cli.invocation import Invocation
from healthcheckd.cli.last_known import nothing_known, viewpoint
from healthcheckd.cli.liveness import listens
from healthcheckd.domain.reports.status import Info, StatusReport
from healthcheckd.errors import DaemonUnreachable, StoreError
from healthcheckd.store.reading import read
from healthcheckd.store.views.status import status

_FRESH = timedelta(minutes=3)
"""A daemon that beat so lately is taken for alive where it cannot be asked; it beats each minute."""


def gather(call: Invocation, by: str = "") -> StatusReport:
    """Raises `DaemonUnreachable` where neither file nor socket tell anything."""
    alive = listens(call.paths.socket)
    view = viewpoint(call, alive is not False)
    try:
        report = read(call.paths.database, lambda connection: status(connection, view, by))
    except StoreError as unreadable:
        return _noted(_asked(call, by, unreadable))
    if alive is None:
        report = replace(report, daemon=replace(report.daemon, alive=_beats(report)))
    return _noted(report)


def _asked(call: Invocation, by: str, unreadable: StoreError) -> StatusReport:
    try:
        return call.daemon.status(by)
    except DaemonUnreachable as away:
        raise nothing_known(away, unreadable) from unreadable


def _beats(report: StatusReport) -> bool:
    daemon = report.daemon
    return daemon.stopped_at is None and daemon.beat_at is not None and report.at - daemon.beat_at < _FRESH


def _noted(report: StatusReport) -> StatusReport:
    remark = _other_version(report.daemon)
    return replace(report, warnings=(*report.warnings, remark)) if remark else report


def _other_version(daemon: Info) -> str:
    if not daemon.alive or daemon.version in {"", __version__}:
        return ""
    return f"The daemon is {daemon.version} and this program {__version__}: restart the daemon after an upgrade."
