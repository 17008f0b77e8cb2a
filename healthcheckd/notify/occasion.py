"""Why a letter is written: the notices it answers, and the parts that every letter has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from healthcheckd.domain.notices import NoticeKind
from healthcheckd.notify.accounts import Case
from healthcheckd.notify.foreign import apart, clean, name, subject
from healthcheckd.notify.letter import Fact, Layout, Letter, Row, Section, Tone
from healthcheckd.notify.wording import Wording, wording
from healthcheckd.ports.store import OwedNotice
from healthcheckd.settings import ALERT_ONLY, DaemonSettings, Settings

MOST_ROWS = 50
"""A list longer than this is read in a terminal, not in a mail."""

NO_OWNER = "no_owner"

_IN_A_TERMINAL = frozenset(
    {NoticeKind.ESCALATION, NoticeKind.MASS, NoticeKind.MASS_FALL, NoticeKind.MASS_OVER, NoticeKind.DIGEST}
)
"""Operators have commands; the page behind the reconnect button is the owners'."""


@dataclass(frozen=True)
class Occasion:
    """The notices that go as one letter: one kind, one recipient. `notices` is never empty."""

    notices: Sequence[OwedNotice]
    settings: Settings
    now: datetime

    @property
    def first(self) -> OwedNotice:
        return self.notices[0]

    @cached_property
    def words(self) -> Wording:
        daemon = self.settings.daemon
        return wording(self.first.language, self.first.time_zone, daemon.language, daemon.time_zone)

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """Each account once, however many notices speak of it."""
        found = {each.account.key: (notice, each) for notice in self.notices for each in notice.subjects}
        url = "" if self.first.kind in _IN_A_TERMINAL else self.settings.notify.reconnect_url
        shared = (self.words, self.now, url, self.helper, len(found) > 1)
        alert_kinds = {one.name: one.kind for one in self.settings.gateways if one.kind in ALERT_ONLY}
        return tuple(
            Case(notice, each, *shared, alert_kinds.get(each.account.id.gateway, ""), self.to_operator)
            for notice, each in found.values()
        )

    @property
    def helper(self) -> str:
        return apart(clean(self.settings.email.support)) or self.words.say("the_people_who_run_this")

    @property
    def daemon(self) -> str:
        return name(self.settings.daemon.name)

    @property
    def reminder(self) -> int:
        return min(notice.reminder for notice in self.notices)

    @property
    def no_owner(self) -> bool:
        return any(variant(notice) == NO_OWNER for notice in self.notices)

    @property
    def to_operator(self) -> bool:
        return self.text("role") == "operator"

    @property
    def drill(self) -> bool:
        """Nothing happened: somebody asked for the letter, to see whether it arrives."""
        return any(notice.payload.get("drill") is True for notice in self.notices)

    def text(self, key: str) -> str:
        """A word or sentence of the payload, made harmless."""
        value = self.first.payload.get(key)
        return "" if value is None else apart(clean(str(value)))

    def number(self, key: str) -> int | None:
        value = self.first.payload.get(key)
        return int(value) if isinstance(value, (int, float)) else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of the payload; every item is one line."""
        value = self.first.payload.get(key)
        items = value if isinstance(value, (list, tuple)) else ()
        return tuple(apart(clean(str(item))) for item in items)

    def fact(self, label: str, value: str | int | None, *, strong: bool = False) -> Fact:
        shown = self.words.number(value) if isinstance(value, int) else value or ""
        return Fact(self.words.say(label), shown, strong)

    def since(self) -> datetime:
        return self.first.started_at or self.first.created_at

    def listing(self, cases: Sequence[Case], *, with_cause: bool = False, total: int = 0) -> Section:
        """A line for each of at most `MOST_ROWS`, and one that counts the others; `total` where `cases` are not all."""
        return self.listed(tuple(case.row(with_cause=with_cause) for case in cases[:MOST_ROWS]), max(total, len(cases)))

    def listed(self, rows: tuple[Row, ...], total: int) -> Section:
        """At most `MOST_ROWS` lines of `total`, and one that counts the others."""
        others = total - len(rows[:MOST_ROWS])
        more = self.words.count("more_rows", others) if others > 0 else ""
        return Section(rows=rows[:MOST_ROWS], more=more, total=total)

    def letter(self, layout: Layout, tone: Tone, badge: str, headline: str, **parts: object) -> Letter:
        """The whole letter: subject, footer and notes are the same for every kind."""
        written = Letter(
            kind=self.first.kind,
            layout=layout,
            tone=tone,
            badge=badge,
            subject=self._subject(headline),
            headline=headline,
            language=self.words.tag,
            direction=self.words.direction,
            footer=self._footer(),
            **parts,  # type: ignore[arg-type]  # the parts are fields of a letter; a wrong one fails at once
        )
        return self._as_drill(written) if self.drill else written

    def _as_drill(self, letter: Letter) -> Letter:
        """Whoever reads only the first line knows that nothing happened."""
        say = self.words.say
        shown = (letter.headline, *letter.intro)
        return replace(letter, tone=Tone.INFO, badge=say("badge_test"), headline=say("drill"), intro=shown)

    def _subject(self, headline: str) -> str:
        if self.reminder:
            headline = self.words.say("subject_reminder", headline=headline)
        if self.settings.daemon.name != DaemonSettings().name:
            headline = self.words.say("subject_named", daemon=self.daemon, headline=headline)
        if self.drill:
            headline = self.words.say("subject_drill", headline=headline)
        return subject(headline)

    def _footer(self) -> tuple[str, ...]:
        say, support = self.words.say, apart(clean(self.settings.email.support))
        asked = (say("footer_support", support=support),) if support else ()
        zone = say("footer_zone", zone=self.words.zone_name(self.now))
        return *asked, zone, say(self._reason(), daemon=self.daemon)

    def _reason(self) -> str:
        if self.first.kind == NoticeKind.TEST:
            return "footer_test"
        return "footer_operator" if self.to_operator else "footer_why"


def variant(notice: OwedNotice) -> str:
    """What tells notices of one kind, incident and recipient apart: in the payload, else at the end of the key."""
    return str(notice.payload.get("variant") or notice.key.rpartition(":")[2])


def known(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Facts without those that nobody knows."""
    return tuple(fact for fact in facts if fact.value)


def facts_only(*facts: Fact) -> Section:
    return Section(facts=known(facts))
