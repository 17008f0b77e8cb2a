"""Acknowledging and silencing: who is told changes, never what is recorded."""

from dataclasses import dataclass
from datetime import datetime

from healthcheckd.daemon.services.backstage import Backstage
from healthcheckd.domain.matching import Reach
from healthcheckd.domain.reports.incidents import SilenceRow
from healthcheckd.domain.silences import LONGEST
from healthcheckd.errors import UsageError
from healthcheckd.ports.control import Caller


@dataclass(frozen=True, slots=True)
class IncidentService:
    """Fills `IncidentControl`."""

    backstage: Backstage

    async def acknowledge(self, incident: int, comment: str, caller: Caller) -> bool:
        store, now = self.backstage.store, self.backstage.clock.now()
        async with self.backstage.act(f"incidents ack {incident}", caller) as act:
            events = await store.incidents.acknowledge(incident, caller.who, comment, now)
            act.outcome = "acknowledged" if events else "it was so already"
        self.backstage.events.publish(events)
        return bool(events)

    async def take_back(self, incident: int, caller: Caller) -> bool:
        store, now = self.backstage.store, self.backstage.clock.now()
        async with self.backstage.act(f"incidents ack {incident} --undo", caller) as act:
            events = await store.incidents.take_back(incident, caller.who, now)
            act.outcome = "taken back" if events else "nobody had acknowledged it"
        self.backstage.events.publish(events)
        return bool(events)


@dataclass(frozen=True, slots=True)
class SilenceService:
    """Fills `SilenceControl`."""

    backstage: Backstage

    async def add(self, reach: Reach, until: datetime | None, comment: str, caller: Caller) -> SilenceRow:
        now = self.backstage.clock.now()
        async with self.backstage.act(f"silence add {reach}", caller) as act:
            ends_at = _checked(reach, until, now)
            row = await self.backstage.store.silences.add(reach, ends_at, comment, caller.who, now)
            act.outcome = f"silence {row.id} until {ends_at:%Y-%m-%dT%H:%M:%SZ}"
        return row

    async def end(self, silence: int, caller: Caller) -> bool:
        async with self.backstage.act(f"silence end {silence}", caller) as act:
            ended = await self.backstage.store.silences.end(silence, caller.who, self.backstage.clock.now())
            act.outcome = "ended" if ended else "it was over already"
        return ended


def _checked(reach: Reach, until: datetime | None, now: datetime) -> datetime:
    """When it ends."""
    if reach.everything:
        hint = "healthcheck silence add --gateway NAME --for 2h; --account '*' is every account"
        raise UsageError("say what is to be silent", where="silence", hint=hint)
    if until is None:
        raise UsageError("a silence has to end", where="for", hint="healthcheck silence add … --for 2h")
    if until <= now:
        raise UsageError("a silence ends in the future", where="until", hint="healthcheck silence add … --for 2h")
    if until > now + LONGEST:
        hint = "healthcheck mute is for longer, and accounts disable for what is not to be watched"
        raise UsageError(f"a silence lasts {LONGEST.days} days at most", where="for", hint=hint)
    return until
