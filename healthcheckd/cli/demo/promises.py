"""What the demonstration promises to show, and what of it was seen."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from healthcheckd.cli.demo.kinds import Kind
from healthcheckd.domain.reports.operation import EventRow
from healthcheckd.notify.sink import KeptMail

_MOST_RESTARTS = 6


@dataclass(frozen=True, slots=True)
class Promise:
    text: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Witness:
    """Everything that can be asked afterwards: what the daemon told, which mails came, `verbs`, what the gateway was
    told to do to a session, and the log. What a kind of gateway cannot show is not promised."""

    events: Sequence[EventRow]
    mails: Sequence[KeptMail]
    verbs: Callable[[str], Sequence[str]]
    kind: Kind
    log: str = ""

    def promises(self) -> Iterator[Promise]:
        if self.kind.restart:
            yield Promise("Shop Centro fell, was restarted once and is Healthy again", self._mended("shop-centro"))
        yield Promise("Rosa's Bakery stayed down, turned Critical, and its owner got a mail", self._critical("bakery"))
        yield Promise(
            "Clínica Vida was logged out: its owner was asked to scan, and no restart was sent", self._asked("clinic")
        )
        if self.kind.zombie:
            yield Promise("Harbour Bookings claimed to be connected and was found dead", self._is("bookings", "zombie"))
        if self.kind.passing:
            yield Promise("Night Courier's blips were not counted", self._unharmed("courier"))
        if self.kind.restart:
            yield Promise("Bike Repairs flapped all the time and caused no storm of restarts", self._calm("repairs"))
        yield Promise(
            "A session of our own fell too, on a gateway of our own, and its mail arrived", self._self_tested()
        )

    def _grades(self, session: str) -> list[str]:
        """The healths it went through, in order."""
        return [str(event.data.get("health_to")) for event in self._transitions(session)]

    def _transitions(self, session: str) -> list[EventRow]:
        return [event for event in self.events if event.kind == "transition" and event.account == f"demo/{session}"]

    def _mended(self, session: str) -> bool:
        grades = self._grades(session)
        fell = grades.index("Warning") if "Warning" in grades else len(grades)
        return "Healthy" in grades[fell:] and tuple(self.verbs(session)) == self.kind.restart

    def _critical(self, session: str) -> bool:
        return "Critical" in self._grades(session) and self._mailed(session)

    def _asked(self, session: str) -> bool:
        asked = any(
            event.kind == "notice" and event.data.get("kind") == "action_required" and event.data.get("state") == "sent"
            for event in self.events
        )
        return asked and self._mailed(session) and not self.verbs(session)

    def _is(self, session: str, cause: str) -> bool:
        return any(event.data.get("cause") == cause for event in self._transitions(session))

    def _unharmed(self, session: str) -> bool:
        return not {"Warning", "Critical"} & set(self._grades(session))

    def _calm(self, session: str) -> bool:
        restarts = len(self.verbs(session)) / len(self.kind.restart)
        return bool(self._transitions(session)) and restarts <= _MOST_RESTARTS

    def _self_tested(self) -> bool:
        return "The self-test arrived" in self.log

    def _mailed(self, session: str) -> bool:
        from healthcheckd.cli.demo.stage import OWNERS

        return any(mail.recipient == OWNERS[session] for mail in self.mails)
