"""A place outside that answers as long as our own network works."""

from typing import Protocol


class Probe(Protocol):
    async def answers(self) -> bool:
        """Any answer at all will do. Decides within a time of its own, and raises nothing."""
