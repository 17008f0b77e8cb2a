"""The daemon's events, taken in by a thread of their own while others draw."""

import threading

from healthcheckd.cli.remote import Daemon
from healthcheckd.domain.reports.operation import EventRow
from healthcheckd.errors import HealthcheckError


class Inbox:
    """Everything told since it was made, in order. The end of the daemon is the end of the events."""

    def __init__(self, daemon: Daemon) -> None:
        self._daemon = daemon
        self._events: list[EventRow] = []
        threading.Thread(target=self._take, name="events", daemon=True).start()

    @property
    def events(self) -> tuple[EventRow, ...]:
        return tuple(self._events)

    def _take(self) -> None:
        try:
            for event in self._daemon.events(None, ""):
                if event is not None:
                    self._events.append(event)
        except HealthcheckError:
            return
