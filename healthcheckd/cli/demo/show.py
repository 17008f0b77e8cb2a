"""The demonstration from curtain to curtain."""

import asyncio
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from healthcheckd.cli.demo.inbox import Inbox
from healthcheckd.cli.demo.kinds import Kind
from healthcheckd.cli.demo.pace import Pace
from healthcheckd.cli.demo.promises import Witness
from healthcheckd.cli.demo.stage import Stage, stage
from healthcheckd.cli.demo.view import View
from healthcheckd.cli.invocation import Invocation
from healthcheckd.cli.standing import gather
from healthcheckd.config import locate_paths
from healthcheckd.domain.reports.status import StatusReport
from healthcheckd.errors import DaemonUnreachable, ExitCode, HealthcheckError

_CURTAIN_SECONDS = 30.0
_TICK_SECONDS = 0.5


async def show(call: Invocation, kind: Kind, folder: Path, pace: Pace) -> int:
    """Returns the exit code: 0 when something of what is promised was seen, 130 when it was cut short."""
    with _told_to_stop() as stop:
        async with stage(kind, folder, pace, call.environ) as set_up:
            there = _there(call, set_up)
            await _until_all_is_well(set_up, there, stop)
            set_up.begin()
            inbox = Inbox(there.daemon)
            with View(call.out, set_up, inbox).drawn() as view:
                await _play(set_up, there, pace.lasts, stop, view)
    return _epilogue(call, set_up, inbox, stop.is_set())


@contextmanager
def _told_to_stop() -> Iterator[asyncio.Event]:
    """Set by whatever ends a program in a terminal, so that everything is put away before it ends."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in signals:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


def _there(call: Invocation, set_up: Stage) -> Invocation:
    """As if called for the demonstration's own configuration, and whatever surrounds us did not exist."""
    there = Invocation(call.out, call.err, {}, call.now)
    there.config = set_up.config
    found, folder = locate_paths(set_up.config, {}), set_up.folder
    there.paths = replace(found, database=folder / "healthcheckd.db", socket=folder / "control.sock", time_zone="UTC")
    return there


async def _until_all_is_well(set_up: Stage, there: Invocation, stop: asyncio.Event) -> None:
    """The scripts begin when the daemon has seen everybody in good health."""
    until = asyncio.get_running_loop().time() + _CURTAIN_SECONDS
    while not stop.is_set() and not await _all_well(there):
        set_up.check_daemon()
        if asyncio.get_running_loop().time() > until:
            raise HealthcheckError("the daemon is not ready yet", where=str(set_up.log), hint=f"tail {set_up.log}")
        await _pause(stop)


async def _all_well(there: Invocation) -> bool:
    try:
        report = await asyncio.to_thread(gather, there)
    except DaemonUnreachable:
        return False
    return report.daemon.alive and 0 < report.accounts.total == report.accounts.healthy


async def _play(set_up: Stage, there: Invocation, lasts: float, stop: asyncio.Event, view: View) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + lasts
    while loop.time() < until and not stop.is_set():
        set_up.check_daemon()
        report: StatusReport = await asyncio.to_thread(gather, there)
        view.draw(report, until - loop.time())
        await _pause(stop)


async def _pause(stop: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), _TICK_SECONDS)


def _epilogue(call: Invocation, set_up: Stage, inbox: Inbox, interrupted: bool) -> int:
    log = set_up.log.read_text(encoding="utf-8", errors="replace")
    witness = Witness(inbox.events, set_up.sink.mails, set_up.simulator.requests.verbs, set_up.kind, log)
    promises = [*witness.promises()]
    call.out.say()
    call.out.say("Seen:" if not interrupted else "Seen until it was ended:")
    for promise in promises:
        call.out.say(f"  {'yes' if promise.kept else 'no '}  {promise.text}")
    call.out.say(f"Mails: {len(set_up.sink.mails)}, as .eml and .html in {set_up.folder / 'mails'}")
    us = _as_called()
    call.out.say(f"Look around: {us} --config {set_up.config} accounts list")
    call.out.say(f"For your own gateway: {us} init")
    if interrupted:
        return ExitCode.INTERRUPTED
    if not any(promise.kept for promise in promises):
        raise HealthcheckError("nothing of it was seen", where=str(set_up.log), hint="healthcheck demo --for 2min")
    return ExitCode.OK


def _as_called() -> str:
    """The command as it was typed, where it is not on the path."""
    return "healthcheck" if shutil.which("healthcheck") else sys.argv[0]
