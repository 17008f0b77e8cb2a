"""Drills: the rules asked what they would do, and the outbox told to do it, marked as a test."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from healthcheckd.daemon.services.backstage import Backstage
from healthcheckd.domain.accounts import Account, AccountId
from healthcheckd.domain.drills import KINDS, Rehearsal, rehearse
from healthcheckd.domain.naming import check_known
from healthcheckd.domain.reports.drills import DrillLine, DrillPlan, DrillResult, DrillTarget
from healthcheckd.domain.webhooks import Occurrence, Subscription, as_json, body_of
from healthcheckd.engine.drill import Stage
from healthcheckd.errors import Refused
from healthcheckd.ports.control import Caller
from healthcheckd.ports.store import NoticeSubject, OwedNotice
from healthcheckd.store.announcing import personal
from healthcheckd.store.drilling import drilled
from healthcheckd.store.rows import written
from healthcheckd.store.viewing import StoreViews


@dataclass(frozen=True, slots=True)
class _Drill:
    account: Account
    rehearsal: Rehearsal
    kind: str
    speaks: bool
    subscriptions: tuple[Subscription, ...]

    def targets(self) -> Iterator[DrillTarget]:
        for plan in self.rehearsal.plans:
            after = (plan.due_at - self.rehearsal.fallen_at).total_seconds()
            yield DrillTarget(plan.to.channel, plan.to.address, plan.role, plan.kind, after)
        for subscription in self.subscriptions:
            if self.bodies(subscription):
                yield DrillTarget(f"webhook:{subscription.webhook}", subscription.webhook)

    def bodies(self, subscription: Subscription) -> list[tuple[str, str]]:
        """The events that it wants, marked as a test."""
        about, made = personal(self.account, subscription), list[tuple[str, str]]()
        for each in self.rehearsal.transitions:
            occurrence = Occurrence(
                account=self.account.id,
                at=each.at,
                connections=(each.connection_from, each.connection_to),
                healths=(each.health_from, each.health_to),
                cause=each.cause,
                reason=each.reason.value,
                offline=each.at - self.rehearsal.fallen_at,
            )
            for change in occurrence.changes():
                if subscription.wants(change.event):
                    body = {**body_of(occurrence, change, about, written(each.at)), "test": True}
                    made.append((change.event, as_json(body)))
        return made

    def notices(self, now: datetime) -> Sequence[OwedNotice]:
        subjects = (NoticeSubject(self.account, replace(self.rehearsal.vitals, incident=None)),)
        return [
            OwedNotice(
                id=number,
                key=(name := uuid.uuid4().hex),
                kind=plan.kind,
                channel=plan.to.channel,
                recipient=plan.to.address,
                language=plan.to.language,
                time_zone=plan.to.time_zone,
                message_id=f"<{name}@drill.healthcheckd>",
                incident=None,
                started_at=self.rehearsal.fallen_at,
                ended_at=now if self.kind == "recovered" else None,
                reminder=0,
                tries=0,
                created_at=now,
                subjects=subjects,
                payload={"drill": True, "role": plan.role, "variant": plan.variant},
            )
            for number, plan in enumerate(self.rehearsal.plans)
        ]


@dataclass(frozen=True, slots=True)
class DrillService:
    """Fills `DrillControl`."""

    backstage: Backstage
    views: StoreViews

    async def plan(self, account: AccountId, kind: str) -> DrillPlan:
        drill = await self._drill(account, kind)
        return DrillPlan(str(account), kind, tuple(drill.targets()), await self._remarks(account))

    async def run(
        self, account: AccountId, kind: str, caller: Caller, tell: Callable[[DrillLine], None]
    ) -> DrillResult:
        async with self.backstage.act(f"drill {account} --kind {kind}", caller) as act:
            drill = await self._drill(account, kind)
            self._refuse(drill)
            for line in _graded(drill.rehearsal):
                tell(line)
            result = await self._sent(drill, tell)
            act.outcome = f"{result.accepted} accepted, {result.failed} failed"
        return result

    async def _drill(self, account: AccountId, kind: str) -> _Drill:
        check_known("kind of drill", kind, KINDS)
        known, audience, speaks = await drilled(self.backstage.store.core, account)
        terms = self.backstage.store.core.terms
        rehearsal = rehearse(account.session, audience, terms.policy, kind, self.backstage.clock.now())
        concerned = tuple(one for one in terms.subscriptions if one.concerns(account, known.tags))
        return _Drill(known, rehearsal, kind, speaks, concerned)

    async def _sent(self, drill: _Drill, tell: Callable[[DrillLine], None]) -> DrillResult:
        engine, clock = self.backstage.engine(), self.backstage.clock
        channels = engine.outbox.channels if engine.outbox is not None else {}
        stage = Stage(channels, engine.mailing.renderer, clock, engine.settings.notify)
        told = await stage.send(drill.notices(clock.now()), tell)
        posted = [
            await stage.post(engine.courier.routes[one.webhook].webhook, drill.bodies(one), tell)
            for one in drill.subscriptions
            if drill.bodies(one)
        ]
        accepted, failed = told.accepted + sum(posted), told.failed + posted.count(False)
        return DrillResult(str(drill.account.id), drill.kind, accepted, failed)

    def _refuse(self, drill: _Drill) -> None:
        if not drill.speaks:
            raise Refused("nothing is sent in watch mode", hint='[daemon] mode = "act", or healthcheck release')
        if not any(drill.targets()):
            raise Refused(f"nobody would be told of {drill.account.id}", hint="set operator.email, or an owner")

    async def _remarks(self, account: AccountId) -> tuple[str, ...]:
        """What would keep a real outage from being told, and does not keep a drill; but for watch mode."""
        foreseen = (await self.views.account(account)).if_it_drops
        reasons = dict.fromkeys(one.withheld for one in foreseen if one.withheld)
        return tuple(f"{reason}: of a real outage nobody would be told" for reason in reasons)


def _graded(rehearsal: Rehearsal) -> Iterator[DrillLine]:
    for each in rehearsal.transitions:
        change = f"{each.connection_to.value}, {each.health_to.value}"
        yield DrillLine(each.at, "graded", change, words=each.reason.value)
