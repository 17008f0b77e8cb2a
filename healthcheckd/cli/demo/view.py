"""What is seen of a demonstration: on a terminal the status and the latest events, elsewhere the events alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from healthcheckd.cli.demo.inbox import Inbox
from healthcheckd.cli.demo.stage import Stage
from healthcheckd.cli.output import Part, Screen, Style, draw
from healthcheckd.cli.screens.events import draw_event
from healthcheckd.cli.screens.status import StatusScreen
from healthcheckd.cli.words import lasting
from healthcheckd.domain.reports.operation import EventRow
from healthcheckd.domain.reports.status import StatusReport

if TYPE_CHECKING:
    from rich.live import Live

    from healthcheckd.notify.sink import KeptMail

_LATEST = 10
_UTC = ZoneInfo("UTC")


class View:
    def __init__(self, screen: Screen, set_up: Stage, inbox: Inbox) -> None:
        self._screen = screen
        self._set_up = set_up
        self._inbox = inbox
        self._live: Live | None = None
        self._told = 0
        self._mailed = 0

    @contextmanager
    def drawn(self) -> "Iterator[View]":
        if not self._screen.terminal:
            yield self
            return
        with self._screen.live() as self._live:
            yield self

    def draw(self, report: StatusReport, left: float) -> None:
        if self._live is None:
            self._add_lines()
            return
        screen, kept = self._screen.same()
        StatusScreen(report, _UTC).draw(screen)
        screen.say()
        screen.say(Part("WHAT HAPPENS", Style.STRONG), f"   {lasting(left)} to go; Ctrl-C ends it")
        for event in [event for event in self._inbox.events if _tells(event)][-_LATEST:]:
            draw_event(screen, event, _UTC)
        for mail in self._set_up.sink.mails[-3:]:
            _draw_mail(screen, mail)
        draw(self._live, kept.getvalue())

    def _add_lines(self) -> None:
        """What came since the last time."""
        events, mails = self._inbox.events, self._set_up.sink.mails
        for event in filter(_tells, events[self._told :]):
            draw_event(self._screen, event, _UTC)
        for mail in mails[self._mailed :]:
            _draw_mail(self._screen, mail)
        self._told, self._mailed = len(events), len(mails)
        self._screen.flush()


def _tells(event: EventRow) -> bool:
    """Whether it says something to a person: a run that went well does not, nor what is only planned."""
    data = event.data
    if event.kind == "notice":
        return data.get("state") == "sent"
    if event.kind == "transition":
        return data.get("health_from") != data.get("health_to") or data.get("connection_to") == "Connected"
    return event.kind in {"attempt", "gateway"} or bool(data.get("error"))


def _draw_mail(screen: Screen, mail: "KeptMail") -> None:
    screen.say(Part(f"MAIL to {mail.recipient}: {mail.subject}", Style.STRONG))
    screen.say(f"     {mail.eml}")
    if mail.html:
        screen.say(f"     {mail.html}")
