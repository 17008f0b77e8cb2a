"""Time that moves only when told, and the names the tests share."""

from dataclasses import dataclass

KEY = "a-key"
PHONE = "5511988887777"


@dataclass
class Hand:
    """Monotonic seconds; a test sets `at`."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at
