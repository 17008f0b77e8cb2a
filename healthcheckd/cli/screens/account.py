"""Everything there is to know of one account, down to who is told what IF IT DROPS."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from healthcheckd.cli.output import Column, Part, Piece, Screen, Style
from healthcheckd.cli.screens import terms
from healthcheckd.cli.screens.history import attempt_rows, change_rows
from healthcheckd.cli.screens.incidents import draw_incidents
from healthcheckd.cli.words import NOTHING, ago, count, lasting, percent, stamp
from healthcheckd.domain.accounts import FOR_GOOD
from healthcheckd.domain.reports.accounts import AccountDetail, Consequence

_FACTS = (Column("", cut=False), Column("", cut=True))
_EVENTS = 8
MAIL = "email"
_OUTAGES = 5


@dataclass(frozen=True, slots=True)
class AccountScreen:
    detail: AccountDetail
    now: datetime
    zone: ZoneInfo

    def draw(self, screen: Screen) -> None:
        row = self.detail.account
        screen.say(Part(row.id, Style.STRONG), "  ", Part(row.title, Style.STRONG))
        screen.say()
        for title, facts in self._sections():
            if facts:
                screen.table(
                    _FACTS, [[Part(title, Style.STRONG), ""], *([f"  {name}", value] for name, value in facts)]
                )
        self._incidents(screen)
        self._events(screen)
        screen.say()
        screen.say(Part("IF IT DROPS", Style.STRONG))
        self._if_it_drops(screen)

    def _sections(self) -> Iterator[tuple[str, list[tuple[str, Piece]]]]:
        yield "NOW", [*self._now()]
        yield "CLAIM", [*self._claim()]
        yield "PROOF", [*self._proof()]
        yield "WHO", [*self._who()]
        yield "UPTIME", [(_span(row.from_at, row.until_at), percent(row.percentage)) for row in self.detail.uptime]

    def _now(self) -> Iterator[tuple[str, Piece]]:
        row, vitals = self.detail.account, self.detail.vitals
        yield "health", terms.health(row.health) if row.active else Part("disabled: it is not watched", Style.DIM)
        yield "why", terms.why(row.cause, row.connection)
        if row.since:
            yield "since", f"{self._at(row.since)}, {lasting(row.down_seconds)}"
        if row.stale_since:
            yield "not read since", Part(f"{self._at(row.stale_since)}: this is as it was then", Style.WARN)
        if vitals.connected_since:
            yield "connected since", self._at(vitals.connected_since)
        elif row.last_connected_at:
            yield "last connected", f"{self._at(row.last_connected_at)}, {ago(row.last_connected_at, self.now)}"
        if vitals.restricted_why:
            until = f", until {self._at(vitals.restricted_until)}" if vitals.restricted_until else ""
            yield "restricted", vitals.restricted_why + until
        yield from self._calm()
        if not row.adopted:
            yield "held back", f"found down at the first look; healthcheck accounts adopt {row.id}"
        if vitals.stopped_by:
            yield "stopped by", vitals.stopped_by
        if vitals.recheck_at and vitals.recheck_at > self.now:
            yield "looked at again", self._at(vitals.recheck_at)

    def _calm(self) -> Iterator[tuple[str, Piece]]:
        row = self.detail.account
        if row.muted_until and row.muted_until > self.now:
            yield "muted", f"{self._until(row.muted_until)}: nobody is told"
        if row.silenced_until:
            yield "silenced", f"{self._until(row.silenced_until)}: nobody is told"
        if row.maintained_until:
            yield "in maintenance", f"{self._until(row.maintained_until)}: nobody is told, nothing restarted"

    def _claim(self) -> Iterator[tuple[str, Piece]]:
        claim = self.detail.claim
        yield "the gateway says", f"{claim.native or NOTHING}, that is {terms.standing(claim.connection)}"
        yield "read", f"{self._at(claim.read_at)}, {ago(claim.read_at, self.now)}"
        yield "linked", "yes" if claim.linked else "no"
        if claim.self_healing:
            yield "healing", "the gateway is still trying by itself"

    def _proof(self) -> Iterator[tuple[str, Piece]]:
        proof = self.detail.proof
        yield "WhatsApp answered", f"{self._at(proof.at)}, {ago(proof.at, self.now)}" if proof.at else "not yet seen"
        if proof.failures:
            yield "refuted since", Part(count(proof.failures, "time"), Style.WARN)

    def _who(self) -> Iterator[tuple[str, Piece]]:
        row, detail = self.detail.account, self.detail
        known = {
            "name": row.name,
            "gateway's name": detail.gateway_name,
            "phone": row.phone,
            "customer": row.customer,
            "tags": ", ".join(row.tags),
            "owners": ", ".join(contact.name or contact.address for contact in detail.contacts),
            "language": detail.language,
            "time zone": detail.time_zone,
        }
        yield from ((name, value) for name, value in known.items() if value)
        if detail.today and (detail.today.sent or detail.today.received or detail.daily_limit):
            limit = f" of {detail.daily_limit:,}" if detail.daily_limit else ""
            yield "today", f"{detail.today.sent:,} sent{limit}, {detail.today.received:,} received"
        for key, place in detail.stated.items():
            yield f"{key} is stated in", place

    def _events(self, screen: Screen) -> None:
        if self.detail.history:
            screen.say()
            screen.say(Part("HISTORY", Style.STRONG))
            screen.table(*change_rows(self.detail.history[:_EVENTS], self.now, self.zone, with_account=False))
        if self.detail.attempts:
            screen.say()
            screen.say(Part("RECONNECTIONS", Style.STRONG))
            screen.table(*attempt_rows(self.detail.attempts[:_EVENTS], self.now, self.zone))

    def _incidents(self, screen: Screen) -> None:
        if rows := self.detail.incidents[:_OUTAGES]:
            screen.say()
            screen.say(Part("INCIDENTS", Style.STRONG), Part("  healthcheck incidents show NUMBER", Style.DIM))
            draw_incidents(screen, rows, self.now, self.zone)

    def _if_it_drops(self, screen: Screen) -> None:
        if not self.detail.if_it_drops:
            screen.say("  nobody is told, as far as is known here; the daemon knows more while it runs")
            return
        told = sorted(self.detail.if_it_drops, key=lambda one: one.after_seconds)
        if len(reasons := {one.withheld for one in told}) == 1 and (reason := reasons.pop()):
            screen.say(f"  nothing is sent now: {reason}")
            told = [replace(one, withheld="") for one in told]
        withheld: list[list[Piece]] = [[f"    not sent: {one.withheld}"] if one.withheld else [] for one in told]
        screen.table([Column(""), Column(""), Column("")], [_consequence_row(one) for one in told], withheld)

    def _until(self, at: datetime) -> str:
        return "for good" if at.year == FOR_GOOD.year else f"until {self._at(at)}"

    def _at(self, at: datetime | None) -> str:
        return stamp(at, self.zone)


def _consequence_row(one: Consequence) -> Sequence[Piece]:
    when = f"  after {lasting(one.after_seconds)}" if one.after_seconds else "  at once"
    kind = one.kind.replace("_", " ") + (f", reminder {one.reminder}" if one.reminder else "")
    what = f"{kind}, if {one.cause.value.replace('_', ' ')}" if one.cause else kind
    return [when, what, f"{one.role} {_reader(one)}"]


def _reader(one: Consequence) -> str:
    """Who it is and by what; mail goes without saying."""
    named = f"{one.name} ({one.recipient})" if one.name and one.name != one.recipient else one.recipient
    way = "" if one.channel == MAIL else f" by {one.channel}"
    return named + way + (f", not at {one.quiet_hours}" if one.quiet_hours else "")


def _span(since: datetime, until: datetime) -> str:
    return f"last {lasting((until - since).total_seconds())}"
