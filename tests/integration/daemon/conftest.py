"""The real services on a real store and a gateway that answers, behind the real socket."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from healthcheckd.api.app import Surface, create_app
from healthcheckd.api.client import ControlClient
from healthcheckd.api.identity import PeerIdentity
from healthcheckd.api.serving import serving
from healthcheckd.api.socket import ControlSocket
from healthcheckd.daemon.clock import SystemClock
from healthcheckd.daemon.services import Backstage, EventHub, HookService, build_control, viewpoint
from healthcheckd.daemon.wiring import Engine, build_engine, policy_of
from healthcheckd.domain.reports.operation import EventRow
from healthcheckd.errors import ConfigurationError, Fault
from healthcheckd.jobs.timetable import Timetable
from healthcheckd.notify.sink import MailSink
from healthcheckd.ports.control import Reloaded
from healthcheckd.ports.store import Event, Renamed
from healthcheckd.settings import (
    AccountSettings,
    DaemonSettings,
    EmailSettings,
    GatewaySettings,
    HooksSettings,
    OperatorSettings,
    Origin,
    Secret,
    Settings,
    SweepSettings,
)
from healthcheckd.simulator import CATALOGUE, ScriptedSession, Simulator
from healthcheckd.store.database import Store
from healthcheckd.store.viewing import StoreViews
from healthcheckd.web.metrics import Meters

KEY = "a-key"
HOOK_SECRET = "a-secret-that-is-long-enough-for-every-kind"


class Hand:
    """Simulated seconds; a test sets `at`."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


class WatchedHub(EventHub):
    """Says when somebody has begun to listen."""

    def __init__(self) -> None:
        super().__init__()
        self.followed = asyncio.Event()

    @contextmanager
    def follow(self) -> Iterator[AsyncIterator[EventRow]]:
        with super().follow() as rows:
            self.followed.set()
            yield rows


@dataclass
class World:
    """Everything a test may want to look at or turn."""

    client: ControlClient
    simulator: Simulator
    hand: Hand
    sink: MailSink
    store: Store
    engine: Engine
    events: WatchedHub
    hooks: HookService
    views: StoreViews
    configuration: list[Reloaded | ConfigurationError] = field(default_factory=list)

    async def get(self, path: str, params: Iterable[tuple[str, str]] = ()) -> Any:
        return await asyncio.to_thread(self.client.get, path, tuple(params))

    async def post(self, path: str, body: object = None, params: Iterable[tuple[str, str]] = ()) -> Any:
        return await asyncio.to_thread(self.client.post, path, tuple(params), body)

    async def delete(self, path: str) -> Any:
        return await asyncio.to_thread(self.client.delete, path)

    async def sweep(self) -> Any:
        return await self.post("/cron/trigger/whatsapp-health-check")

    async def trail(self) -> list[tuple[str, str, str]]:
        """Who did what with which outcome, the latest last."""
        rows = await self.get("/audit")
        return [(row["who"], row["what"], row["outcome"]) for row in reversed(rows)]


def opened(gateway: GatewaySettings) -> GatewaySettings:
    """With what opens it: most take a key, one a name and a password."""
    if gateway.kind == "gowa":
        return replace(gateway, basic_user="ops", basic_password=Secret(KEY))
    return replace(gateway, api_key=Secret(KEY))


def settings(folder: Path, gateway: str, mail: int, kind: str = "waha") -> Settings:
    return Settings(
        daemon=DaemonSettings(name="eu", database=folder / "healthcheckd.db"),
        operator=OperatorSettings(("ops@example.com",)),
        sweep=SweepSettings(wait=timedelta(0)),
        email=EmailSettings(
            enabled=True, service="smtp", host="127.0.0.1", port=mail, security="none", sender="hc@example.com"
        ),
        hooks=HooksSettings(("127.0.0.1", 5001)),
        gateways=(opened(GatewaySettings("main", kind, gateway, hook_secret=Secret(HOOK_SECRET))),),
        accounts=(
            AccountSettings("main/steady", name="Shop", stated=frozenset({"id", "name"}), origin=Origin("hc.toml", 7)),
        ),
    )


SCRIPTS = ("steady", "needs-restart", "pairing", "other-number")


@asynccontextmanager
async def running(
    folder: Path,
    scripts: Sequence[str],
    kind: str = "waha",
    speaks: str = "",
    simulator_class: type[Simulator] = Simulator,
    meters: Meters | None = None,
) -> AsyncIterator[World]:
    """`kind` is what the configuration says of the gateway; `speaks` the dialect, where that is another."""
    hand, sink, clock = Hand(), MailSink(folder / "mail"), SystemClock()
    cast = [ScriptedSession(name, CATALOGUE[name], f"551199888{number:04}") for number, name in enumerate(scripts)]
    key = f"ops:{KEY}" if kind == "gowa" else KEY
    async with simulator_class(cast, dialect=speaks or kind, api_key=key, monotonic=hand) as simulator:
        chosen = settings(folder, simulator.url, await sink.open(), kind)
        store = await Store.open(chosen.daemon.database, chosen, policy_of(chosen), clock.now())
        await store.life.started(4711, "1.0.0", clock.now())
        events = WatchedHub()

        def publish(happened: Sequence[Event]) -> None:
            events.publish(happened)
            if meters is not None:
                meters.publish(happened)

        engine = build_engine(chosen, store, clock, publish, meter=meters)
        timetable = Timetable(chosen.jobs.cadences, ZoneInfo("UTC"))
        timetable.arm(clock.now())
        views = StoreViews(store.path, viewpoint(store, clock, lambda: engine, timetable))
        configuration: list[Reloaded | ConfigurationError] = []

        async def reload(_: Renamed | None) -> Reloaded:
            read = configuration.pop()
            if isinstance(read, ConfigurationError):
                raise read
            return read

        backstage = Backstage(store, clock, lambda: engine, events)
        hooks = HookService(backstage)
        control = build_control(backstage, views, reload, hooks)
        control_socket = ControlSocket(folder / "control.sock", "nobody-is-in-this-group")
        surface = Surface("socket", PeerIdentity(control_socket.path, "nobody-is-in-this-group"))
        async with serving(create_app(control, clock, surface), control_socket.bind()):
            client = ControlClient(control_socket.path, timeout=20)
            yield World(client, simulator, hand, sink, store, engine, events, hooks, views, configuration)
            events.close()
        await engine.runs.cut_off()
        await engine.reconnector.cut_off()
        await views.close()
        await engine.close()
        await store.close()
        await sink.close()


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.delenv("SUDO_USER", raising=False)
    async with running(tmp_path, SCRIPTS) as world:
        yield world


def bad_configuration() -> ConfigurationError:
    return ConfigurationError([Fault("hc.toml:3", "daemon.mode", "acted", "must be one of act, watch")])
