"""The one place where concrete adapters are built and put together."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from healthcheckd import gateways as adapters
from healthcheckd.domain.cron import Cadence, spacing
from healthcheckd.domain.policy import (
    BlastPolicy,
    BlastRules,
    HealthPolicy,
    HealthRules,
    NoticePolicy,
    NoticeRules,
    Policy,
)
from healthcheckd.engine.aftercare import Aftercare
from healthcheckd.engine.courier import Courier, Route, Rules
from healthcheckd.engine.hearing import Hearing
from healthcheckd.engine.heartbeat import Heartbeat
from healthcheckd.engine.hints import Hints
from healthcheckd.engine.looking import Looker
from healthcheckd.engine.network import Network
from healthcheckd.engine.outbox import Outbox
from healthcheckd.engine.proofs import Prover
from healthcheckd.engine.reconnector import Reconnector
from healthcheckd.engine.rounds import Rounds
from healthcheckd.engine.runs import Runs, UnderWay
from healthcheckd.engine.selftest import SelfTest
from healthcheckd.engine.sweep import Sweep
from healthcheckd.engine.together import Together
from healthcheckd.gateways.hooks import build_hook
from healthcheckd.gateways.probing import probes_of
from healthcheckd.jobs.daily_message_counter_reset import CounterReset
from healthcheckd.jobs.inactive_client_cleanup import ClientCleanup
from healthcheckd.jobs.whatsapp_health_check import HealthCheck
from healthcheckd.notify.email import EmailChannel
from healthcheckd.notify.heartbeat import HttpPinger
from healthcheckd.notify.render import Renderer
from healthcheckd.notify.ways import build_channel
from healthcheckd.notify.webhook import HttpWebhook
from healthcheckd.ports.channel import Channel
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.events import Publish
from healthcheckd.ports.gateway import Gateway
from healthcheckd.ports.hooks import Hook
from healthcheckd.ports.metering import Meter, Unmetered
from healthcheckd.settings import Settings
from healthcheckd.store.database import Store

DIGEST = "operator-digest"


@dataclass(frozen=True, slots=True)
class Mailing:
    """What writes messages and what carries them; no `channel` where mail is off. `channels` has every way there is,
    mail among them, by name."""

    renderer: Renderer
    channel: EmailChannel | None
    channels: Mapping[str, Channel]


@dataclass(slots=True)
class Engine:
    """Everything that one configuration needs to work. A reload builds another, and this one is told to `stop`."""

    settings: Settings
    gateways: Mapping[str, Gateway]
    hooks: Mapping[str, Hook]
    rounds: Rounds
    hints: Hints
    hearing: Hearing
    reconnector: Reconnector
    aftercare: Aftercare
    prover: Prover | None
    cleanup: ClientCleanup
    runs: Runs
    mailing: Mailing
    outbox: Outbox | None
    courier: Courier
    self_test: SelfTest | None
    heartbeat: Heartbeat | None
    publish: Publish
    meter: Meter
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """Something was committed of which others may have to be told."""
        if self.outbox is not None:
            self.outbox.wake()
        self.courier.wake()

    async def close(self) -> None:
        for gateway in self.gateways.values():
            await gateway.close()
        await self.courier.close()


def policy_of(settings: Settings) -> Policy:
    """The rules' numbers, out of the settings that people write."""
    health, reconnect = settings.health, settings.reconnect
    cadence = spacing(settings.jobs.whatsapp_health_check)
    return Policy(
        health=HealthPolicy(**_part(HealthRules, health), cadence=cadence, steady_after=reconnect.steady_after),
        reconnect=reconnect,
        notices=NoticePolicy(**_part(NoticeRules, settings.notify), critical_after=health.critical_after),
        blast=BlastPolicy(**_part(BlastRules, settings.blast), longest=reconnect.cap),
    )


def _part(kind: type[Any], settings: object) -> dict[str, Any]:
    """The fields of `settings` that it has from `kind`."""
    return {field.name: getattr(settings, field.name) for field in fields(kind)}


def zone_of(settings: Settings) -> ZoneInfo:
    return ZoneInfo(settings.daemon.time_zone)


def bells_of(settings: Settings) -> dict[str, Cadence]:
    """What the timetable rings: the jobs, and the operator's digest where one is wanted."""
    digest = {DIGEST: settings.operator.digest} if settings.operator.digest else {}
    return {**settings.jobs.cadences, **digest}


def build_engine(
    settings: Settings,
    store: Store,
    clock: Clock,
    publish: Publish,
    under_way: UnderWay | None = None,
    meter: Meter | None = None,
) -> Engine:
    """`under_way` are the runs that an engine before this one started."""
    base, meter = _Base(settings, store, clock, publish), meter or Unmetered()
    gateways = {one.name: adapters.build(one, clock, settings.sweep.concurrency) for one in settings.gateways}
    rounds = _rounds(base, gateways, meter)
    hints = Hints(rounds, clock)
    reconnector = Reconnector(gateways, rounds, store.attempts, clock, settings, publish)
    aftercare = _aftercare(base, rounds, reconnector)
    cleanup = ClientCleanup(gateways, store.runs, clock)
    self_test = _self_test(settings, clock)
    mailing = _mailing(settings, clock)
    return Engine(
        settings=settings,
        gateways=gateways,
        hooks={one.name: hook for one in settings.gateways if (hook := build_hook(one)) is not None},
        rounds=rounds,
        hints=hints,
        hearing=Hearing(store.hearings, hints, clock, publish, evidence=settings.health.proof != "off"),
        reconnector=reconnector,
        aftercare=aftercare,
        prover=_prover(base, gateways, rounds),
        cleanup=cleanup,
        runs=_runs(base, _sweep(base, rounds, aftercare), cleanup, under_way),
        mailing=mailing,
        outbox=_outbox(base, mailing),
        courier=_courier(base),
        self_test=self_test,
        heartbeat=_heartbeat(base, self_test),
        publish=publish,
        meter=meter,
    )


@dataclass(frozen=True, slots=True)
class _Base:
    """What nearly every part is built on."""

    settings: Settings
    store: Store
    clock: Clock
    publish: Publish

    @property
    def cadence(self) -> timedelta:
        return spacing(self.settings.jobs.whatsapp_health_check)


def _rounds(base: _Base, gateways: Mapping[str, Gateway], meter: Meter) -> Rounds:
    sweeps, proof = base.settings.sweep, base.settings.health.proof
    lookers = {name: Looker(gateway, base.clock, proof, sweeps.concurrency) for name, gateway in gateways.items()}
    return Rounds(lookers, base.store.sweeps, base.clock, base.publish, meter, sweeps.chunk)


def _aftercare(base: _Base, rounds: Rounds, reconnector: Reconnector) -> Aftercare:
    network, unreachable_after = Network(probes_of(base.settings.network)), base.settings.health.unreachable_after
    together = Together(base.store.sweeps, network, base.clock, base.publish, unreachable_after)
    return Aftercare(rounds, reconnector, base.store.sweeps, base.store.attempts, base.clock, together)


def _sweep(base: _Base, rounds: Rounds, aftercare: Aftercare) -> Sweep:
    # Waiting for a few must not keep all the others from being read in time.
    wait = min(base.settings.sweep.wait, base.cadence / 2)
    return Sweep(rounds, aftercare, base.store.sweeps, base.clock, wait, base.cadence)


def _runs(base: _Base, sweep: Sweep, cleanup: ClientCleanup, under_way: UnderWay | None) -> Runs:
    store, clock = base.store.runs, base.clock
    jobs = (HealthCheck(sweep), CounterReset(store, clock, zone_of(base.settings)), cleanup)
    return Runs({job.name: job for job in jobs}, store, clock, base.publish, under_way)


def _prover(base: _Base, gateways: Mapping[str, Gateway], rounds: Rounds) -> Prover | None:
    if base.settings.health.proof != "lookup":
        return None
    return Prover(gateways, rounds, base.store.sweeps, base.clock, base.settings.health.lookups_per_minute)


def _self_test(settings: Settings, clock: Clock) -> SelfTest | None:
    if (every := settings.self_test.every) is None:
        return None
    # Read only where it is wanted: it brings a gateway and a mail server along.
    from healthcheckd.daemon.rehearsal import rehearse

    folder = settings.daemon.database.parent
    return SelfTest(lambda: rehearse(folder, clock), clock, every)


def _heartbeat(base: _Base, self_test: SelfTest | None) -> Heartbeat | None:
    beats = base.settings.heartbeat
    if beats.url is None:
        return None
    besides = (lambda: self_test.fault) if self_test else (lambda: "")
    pinger = HttpPinger(beats.url, beats)
    return Heartbeat(base.store.vitality, pinger, base.clock, base.cadence, beats.every, besides)


def _courier(base: _Base) -> Courier:
    rules = Rules(base.store.deliveries, base.clock, base.settings.notify, base.publish)
    hooks = base.settings.webhooks
    return Courier({one.name: Route(HttpWebhook(one, base.clock), one.concurrency, rules) for one in hooks})


def _mailing(settings: Settings, clock: Clock) -> Mailing:
    mail = EmailChannel(settings.email, clock) if settings.email.enabled else None
    ways = [*([mail] if mail else []), *map(build_channel, settings.channels)]
    return Mailing(Renderer(settings), mail, {way.name: way for way in ways})


def _outbox(base: _Base, mailing: Mailing) -> Outbox | None:
    """Without any channel nothing is sent; what is owed stays owed, and `status` says how much."""
    if not mailing.channels:
        return None
    settings, clock = base.settings.notify, base.clock
    return Outbox(base.store.notices, mailing.channels, mailing.renderer, clock, settings, base.publish)
