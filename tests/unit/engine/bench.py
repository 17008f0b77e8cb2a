"""An engine on fakes, put together as wiring does it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from healthcheckd.domain.accounts import AccountId
from healthcheckd.engine.aftercare import Aftercare
from healthcheckd.engine.looking import Looker
from healthcheckd.engine.network import Network
from healthcheckd.engine.reconnector import Reconnector, Tally
from healthcheckd.engine.rounds import Rounds
from healthcheckd.engine.sweep import Sweep
from healthcheckd.engine.together import Together
from healthcheckd.ports.probe import Probe
from healthcheckd.ports.store import Event
from healthcheckd.settings import ReconnectSettings, Settings, SweepSettings
from tests.fakes.clock import ManualClock
from tests.fakes.gateway import FakeGateway
from tests.fakes.stores import MemoryAttempts, MemorySweeps

CADENCE = timedelta(minutes=15)
WAIT = timedelta(seconds=90)
PATIENCE = timedelta(minutes=30)


@dataclass
class Bench:
    clock: ManualClock
    gateways: dict[str, FakeGateway]
    sweeps: MemorySweeps
    attempts: MemoryAttempts
    events: list[Event]
    rounds: Rounds
    reconnector: Reconnector
    together: Together
    aftercare: Aftercare
    sweep: Sweep
    tally: Tally = field(default_factory=Tally)

    @property
    def main(self) -> FakeGateway:
        return self.gateways["main"]

    async def reconnect(self) -> Tally:
        """What is due, to its end."""
        await self.reconnector.start_due(self.tally)
        while self.reconnector.under_way:
            await self.clock.sleep(0)
        return self.tally

    async def run(self) -> dict[str, int]:
        return await self.sweep.run(lambda *progress: None)


def bench(*names: str, probes: Sequence[Probe] = (), **reconnect: int) -> Bench:
    clock, sweeps, attempts, events = ManualClock(), MemorySweeps(), MemoryAttempts(), list[Event]()
    gateways = {name: FakeGateway(clock, name) for name in names or ("main",)}
    settings = Settings(sweep=SweepSettings(wait=WAIT), reconnect=replace(ReconnectSettings(), **reconnect))
    lookers = {name: Looker(gateway, clock, "local") for name, gateway in gateways.items()}
    rounds = Rounds(lookers, sweeps, clock, events.extend)
    reconnector = Reconnector(gateways, rounds, attempts, clock, settings, events.extend)
    together = Together(sweeps, Network(probes), clock, events.extend, PATIENCE)
    aftercare = Aftercare(rounds, reconnector, sweeps, attempts, clock, together)
    sweep = Sweep(rounds, aftercare, sweeps, clock, WAIT, CADENCE)
    return Bench(clock, gateways, sweeps, attempts, events, rounds, reconnector, together, aftercare, sweep)


def shops(*numbers: int, gateway: str = "main") -> list[AccountId]:
    return [AccountId(gateway, f"shop-{number}") for number in numbers]
