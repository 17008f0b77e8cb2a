"""The one place where concrete adapters are built and put together."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
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
    meter = meter or Unmetered()
    sweeps, proof = settings.sweep, settings.health.proof
    gateways = {one.name: adapters.build(one, clock, sweeps.concurrency) for one in settings.gateways}
    lookers = {name: Looker(gateway, clock, proof, sweeps.concurrency) for name, gateway in gateways.items()}
    rounds = Rounds(lookers, store.sweeps, clock, publish, meter, sweeps.chunk)
    hints = Hints(rounds, clock)
    reconnector = Reconnector(gateways, rounds, store.attempts, clock, settings, publish)
    together = Together(
        store.sweeps, Network(probes_of(settings.network)), clock, publish, settings.health.unreachable_after
    )
    aftercare = Aftercare(rounds, reconnector, store.sweeps, store.attempts, clock, together)
    cadence = spacing(settings.jobs.whatsapp_health_check)
    # Waiting for a few must not keep all the others from being read in time.
    sweep = Sweep(rounds, aftercare, store.sweeps, clock, min(sweeps.wait, cadence / 2), cadence)
    cleanup = ClientCleanup(gateways, store.runs, clock)
    jobs = (HealthCheck(sweep), CounterReset(store.runs, clock, zone_of(settings)), cleanup)
    self_test = _self_test(settings, clock)
    mailing = _mailing(settings, clock)
    return Engine(
        settings=settings,
        gateways=gateways,
        hooks={one.name: hook for one in settings.gateways if (hook := build_hook(one)) is not None},
        rounds=rounds,
        hints=hints,
        hearing=Hearing(store.hearings, hints, clock, publish, evidence=proof != "off"),
        reconnector=reconnector,
        aftercare=aftercare,
        prover=_prover(settings, gateways, rounds, store, clock),
        cleanup=cleanup,
        runs=Runs({job.name: job for job in jobs}, store.runs, clock, publish, under_way),
        mailing=mailing,
        outbox=_outbox(settings, mailing, store, clock, publish),
        courier=_courier(settings, store, clock, publish),
        self_test=self_test,
        heartbeat=_heartbeat(settings, store, clock, self_test),
        publish=publish,
        meter=meter,
    )


def _prover(
    settings: Settings, gateways: Mapping[str, Gateway], rounds: Rounds, store: Store, clock: Clock
) -> Prover | None:
    if settings.health.proof != "lookup":
        return None
    return Prover(gateways, rounds, store.sweeps, clock, settings.health.lookups_per_minute)


def _self_test(settings: Settings, clock: Clock) -> SelfTest | None:
    if (every := settings.self_test.every) is None:
        return None
    # Read only where it is wanted: it brings a gateway and a mail server along.
    from healthcheckd.daemon.rehearsal import rehearse

    folder = settings.daemon.database.parent
    return SelfTest(lambda: rehearse(folder, clock), clock, every)


def _heartbeat(settings: Settings, store: Store, clock: Clock, self_test: SelfTest | None) -> Heartbeat | None:
    beats = settings.heartbeat
    if beats.url is None:
        return None
    cadence = spacing(settings.jobs.whatsapp_health_check)
    besides = (lambda: self_test.fault) if self_test else (lambda: "")
    return Heartbeat(store.vitality, HttpPinger(beats.url, beats), clock, cadence, beats.every, besides)


def _courier(settings: Settings, store: Store, clock: Clock, publish: Publish) -> Courier:
    rules = Rules(store.deliveries, clock, settings.notify, publish)
    return Courier({one.name: Route(HttpWebhook(one, clock), one.concurrency, rules) for one in settings.webhooks})


def _mailing(settings: Settings, clock: Clock) -> Mailing:
    mail = EmailChannel(settings.email, clock) if settings.email.enabled else None
    ways = [*([mail] if mail else []), *map(build_channel, settings.channels)]
    return Mailing(Renderer(settings), mail, {way.name: way for way in ways})


def _outbox(settings: Settings, mailing: Mailing, store: Store, clock: Clock, publish: Publish) -> Outbox | None:
    """Without any channel nothing is sent; what is owed stays owed, and `status` says how much."""
    if not mailing.channels:
        return None
    return Outbox(store.notices, mailing.channels, mailing.renderer, clock, settings.notify, publish)
