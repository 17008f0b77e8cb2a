"""What happens inside and is nowhere recorded, told to whoever measures."""

from collections.abc import Sequence
from typing import Protocol


class Meter(Protocol):
    """Must not wait and must not raise. All times are in seconds."""

    def answered(self, gateway: str, latencies: Sequence[float]) -> None:
        """How long each request of one round took."""

    def lagged(self, seconds: float) -> None:
        """How much later than it should the event loop came to its next turn."""


class Unmetered:
    """Nobody measures."""

    def answered(self, gateway: str, latencies: Sequence[float]) -> None:
        """Not kept."""

    def lagged(self, seconds: float) -> None:
        """Not kept."""
