"""One walk of the whole way, by the same code as ever: a gateway of ours, sweep, grade, outbox, a mail server of ours.

It has a database of its own, beside the real one so that a full disk is found, and leaves nothing behind: no account of
it is ever among the user's, nor in their counts.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from healthcheckd.daemon.logs import unheard
from healthcheckd.daemon.wiring import Engine, build_engine, policy_of
from healthcheckd.domain.notices import NoticeKind
from healthcheckd.notify.sink import MailSink
from healthcheckd.ports.clock import Clock
from healthcheckd.settings import (
    HEALTH_CHECK,
    AccountSettings,
    DaemonSettings,
    EmailSettings,
    GatewaySettings,
    HealthSettings,
    NotifySettings,
    OperatorSettings,
    Secret,
    Settings,
    SweepSettings,
)
from healthcheckd.simulator import ScriptedSession, Simulator, Step, script
from healthcheckd.simulator.scripts import Script, State
from healthcheckd.store.database import Store

SESSION = "self-test"
OWNER = "owner@self-test.invalid"
PATIENCE = 60.0
"""Seconds; a walk takes some five."""

_AT_ONCE = timedelta(0)
_SOON = timedelta(seconds=1)
_PHONE = "10000000000"
_DOWN = Script("down", (Step(State.FAILED),))


@dataclass(frozen=True, slots=True)
class Walk:
    engine: Engine
    simulator: Simulator
    sink: MailSink

    async def look(self) -> str:
        """One sweep, and all that is due after it; what went wrong."""
        record = await self.engine.runs.run(HEALTH_CHECK, SESSION)
        if self.engine.outbox is not None:
            await self.engine.outbox.deliver_due()
        return record.error

    @property
    def arrived(self) -> bool:
        return any(mail.recipient == OWNER for mail in self.sink.mails)


async def rehearse(folder: Path, clock: Clock) -> str:
    """`folder` is the database's. Returns what went wrong, empty when the message arrived."""
    return await asyncio.create_task(_rehearse(folder, clock), name="self-test")


async def _rehearse(folder: Path, clock: Clock) -> str:
    """In a task of its own, and so in a context of its own, where its lines are unheard."""
    unheard.set(True)
    with tempfile.TemporaryDirectory(prefix="self-test-", dir=folder) as scratch:
        async with _walk(Path(scratch), clock) as walk:
            try:
                async with asyncio.timeout(PATIENCE):
                    return await _fall(walk, clock)
            except TimeoutError:
                return f"no {NoticeKind.OFFLINE} mail within {PATIENCE:.0f} s"


async def _fall(walk: Walk, clock: Clock) -> str:
    """Seen well once, then down until the mail is there."""
    fault = await walk.look()
    walk.simulator.replace(ScriptedSession(SESSION, _DOWN, _PHONE))
    while not fault and not walk.arrived:
        await clock.sleep(0.5)
        fault = await walk.look()
    return fault


@asynccontextmanager
async def _walk(folder: Path, clock: Clock) -> AsyncIterator[Walk]:
    sink = MailSink(folder / "mails")
    key = "self-test"
    async with Simulator([ScriptedSession(SESSION, script("steady"), _PHONE)], api_key=key) as simulator:
        settings = _settings(folder, simulator.url, key, await sink.open())
        store = await Store.open(settings.daemon.database, settings, policy_of(settings), clock.now())
        engine = build_engine(settings, store, clock, lambda events: None)
        try:
            yield Walk(engine, simulator, sink)
        finally:
            await asyncio.gather(engine.runs.cut_off(), engine.reconnector.cut_off())
            await engine.close()
            await store.close()
            await sink.close()


def _settings(folder: Path, gateway: str, key: str, mail: int) -> Settings:
    """Hours become a second."""
    account = AccountSettings(f"{SESSION}/{SESSION}", owner_email=(OWNER,), stated=frozenset({"id", "owner_email"}))
    return Settings(
        daemon=DaemonSettings(database=folder / "healthcheckd.db"),
        operator=OperatorSettings(("operator@self-test.invalid",)),
        health=HealthSettings(critical_after=_SOON, settle=_AT_ONCE, confirm=_AT_ONCE),
        sweep=SweepSettings(wait=_AT_ONCE),
        notify=NotifySettings(collect=_AT_ONCE),
        email=EmailSettings(
            enabled=True, service="smtp", host="127.0.0.1", port=mail, security="none", sender="us@self-test.invalid"
        ),
        gateways=(GatewaySettings(SESSION, "waha", gateway, api_key=Secret(key)),),
        accounts=(account,),
    )
