"""What is remembered of WPPConnect's sessions: whose they are, which starts have not come to an end, whom we closed."""

from typing import NamedTuple

from healthcheckd.gateways.wppconnect_rows import CLOSED, CONNECTED, INITIALIZING, Device

DEVICE_LIVES = 3_600.0
"""Seconds until a connected session is asked again whose it is, which is evidence too."""
STUCK_AFTER = 600.0
"""Seconds of INITIALIZING that no good start takes."""


class _Known(NamedTuple):
    device: Device
    at: float


class Memory:
    """Instants are monotonic seconds."""

    def __init__(self) -> None:
        self._devices: dict[str, _Known] = {}
        self._initializing: dict[str, float] = {}
        self._restarted: set[str] = set()
        self._closed: set[str] = set()

    def saw(self, session: str, native: str, now: float) -> None:
        """A state was read. CLOSED is also what a start reads that was just accepted: it does not show any progress."""
        if native != CONNECTED:
            self._devices.pop(session, None)
        if native == INITIALIZING:
            self._initializing.setdefault(session, now)
            self._closed.discard(session)
            return
        self._initializing.pop(session, None)
        if native != CLOSED:
            self._restarted.discard(session)
            self._closed.discard(session)

    def learned(self, session: str, device: Device, now: float) -> None:
        self._devices[session] = _Known(device, now)

    def device(self, session: str, now: float) -> Device | None:
        """Whose it is, if that was asked not long ago and it was connected ever since."""
        known = self._devices.get(session)
        return known.device if known is not None and now - known.at < DEVICE_LIVES else None

    def restarted(self, session: str) -> None:
        """It was closed and started while INITIALIZING."""
        self._restarted.add(session)

    def closed(self, session: str) -> None:
        """It was closed on request, for good."""
        self._closed.add(session)

    def started(self, session: str) -> None:
        """Somebody wants it up again."""
        self._closed.discard(session)

    def was_closed(self, session: str) -> bool:
        """Whether nothing but that closing has been read of it since."""
        return session in self._closed

    def is_beyond_help(self, session: str) -> bool:
        """Whether that was tried before, without the session having come any further since."""
        return session in self._restarted

    def stuck(self, now: float) -> list[str]:
        """The sessions that have been INITIALIZING for too long, the longest first."""
        since = sorted(self._initializing.items(), key=lambda item: item[1])
        return [session for session, at in since if now - at >= STUCK_AFTER]
