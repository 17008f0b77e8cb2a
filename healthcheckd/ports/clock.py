"""Time, as something handed in."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """`now` is aware UTC and may jump; `monotonic` is in seconds and never does."""

    def now(self) -> datetime: ...

    def monotonic(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...
