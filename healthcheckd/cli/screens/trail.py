"""One outage, told in order of time."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from healthcheckd.cli.output import Part, Piece, Screen, Style
from healthcheckd.cli.safe import safe
from healthcheckd.cli.screens import terms
from healthcheckd.cli.screens.blasts import how_far, how_many
from healthcheckd.cli.screens.incidents import cause, subject
from healthcheckd.cli.screens.steps import told, weighty
from healthcheckd.cli.words import NOTHING, count, lasting, moment, stamp
from healthcheckd.domain.reports.incidents import IncidentTrail, TrailStep

_FACT = 15
_STEP = 29
"""Cells before a fact, and before what happened: the instant, and what kind of thing it is."""

_SHOWN = 20
"""So many of the accounts behind it are named; --json has more."""


@dataclass(frozen=True, slots=True)
class TrailScreen:
    trail: IncidentTrail
    now: datetime
    zone: ZoneInfo

    def draw(self, screen: Screen) -> None:
        for name, value in self._head():
            self._fact(screen, name, value if isinstance(value, Part) else Part(value))
        if self.trail.steps:
            screen.say()
        news = weighty(self.trail.steps)
        for step in news:
            self._step(screen, step)
        if (less := len(self.trail.steps) - len(news)) > 0:
            screen.say()
            screen.say(Part(f"{count(less, 'reading')} without news left out; --json has all", Style.DIM))
        if self.trail.behind_total:
            screen.say()
            self._behind(screen)

    def _head(self) -> Iterator[tuple[str, Piece]]:
        row = self.trail.incident
        why = f": {cause(row)}" if cause(row) != NOTHING else ""
        yield f"INCIDENT {row.id}", Part(f"{subject(row)}{why}", Style.STRONG)
        yield "  began", stamp(row.started_at, self.zone)
        if row.ended_at is None:
            yield "  lasts", Part(lasting(row.lasted_seconds), Style.BAD)
        else:
            how = terms.phrase(row.outcome) or "over"
            yield "  ended", f"{stamp(row.ended_at, self.zone)}, {how}, after {lasting(row.lasted_seconds)}"
        if together := self.trail.together:
            yield "  together", f"{how_many(together)}; {how_far(together)}"
        if row.reopened:
            yield "  fell again", count(row.reopened, "time")
        if row.detail and cause(row) != row.detail:
            yield "  in its words", row.detail
        if row.acknowledged_at is not None:
            yield "  known to", f"{row.acknowledged_by} since {stamp(row.acknowledged_at, self.zone)}"

    def _fact(self, screen: Screen, name: str, value: Part) -> None:
        first, *rest = _wrapped(screen, value.text, _FACT)
        style = Style.STRONG if name.isupper() else Style.PLAIN
        screen.say(Part(f"{name:<{_FACT}}", style), replace(value, text=first))
        for line in rest:
            screen.say(" " * _FACT, replace(value, text=line))

    def _step(self, screen: Screen, step: TrailStep) -> None:
        """What lies ahead is dim."""
        style, words, besides = told(step, self._at)
        first, *rest = _wrapped(screen, words, _STEP)
        when = Part(f"{self._at(step.at):<16}", Style.DIM if step.at > self.now else Style.PLAIN)
        kind = "known" if step.kind == "acknowledged" else step.kind
        screen.say(when, f"{kind:<{_STEP - 16}}", Part(first, style))
        for line in rest:
            screen.say(" " * _STEP, Part(line, style))
        for line in (line for one in besides for line in _wrapped(screen, one, _STEP)):
            screen.say(" " * _STEP, Part(line, Style.DIM))

    def _behind(self, screen: Screen) -> None:
        trail = self.trail
        named = trail.behind[:_SHOWN]
        more = trail.behind_total - len(named)
        words = f"{count(trail.behind_total, 'account')}: {', '.join(named)}"
        first, *rest = _wrapped(screen, f"{words} and {count(more)} more" if more else words, _FACT)
        screen.say(Part(f"{'BEHIND IT':<{_FACT}}", Style.STRONG), first)
        for line in rest:
            screen.say(" " * _FACT, line)

    def _at(self, at: datetime) -> str:
        return moment(at, self.now, self.zone)


def _wrapped(screen: Screen, text: str, indent: int) -> list[str]:
    """Whole, on as many lines as it takes; what goes to no terminal is one."""
    if not screen.width:
        return [safe(text)]
    return textwrap.wrap(safe(text), max(screen.width - indent, 20)) or [""]
