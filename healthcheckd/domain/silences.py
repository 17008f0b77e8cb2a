"""Silences: what people do not want to hear of for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from healthcheckd.domain.matching import Reach

LONGEST = timedelta(days=30)
"""What is to be silent for longer is better muted, disabled, or taken out."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Half open: `from_at` belongs to it, `until_at` does not. Every silence has an author and an end."""

    id: int
    reach: Reach
    by: str
    from_at: datetime
    until_at: datetime
    comment: str = ""
    ended_by: str = ""

    def holds(self, at: datetime) -> bool:
        return self.from_at <= at < self.until_at
