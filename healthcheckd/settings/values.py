"""What a setting is made of."""

from dataclasses import dataclass


class Secret:
    """A value that shows itself to nobody; `reveal()` where it is put on the wire, and nowhere else."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "****"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something is written; `line` is 0 where a line means nothing, as in the environment."""

    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


class Share(float):
    """A fraction of one, written as a percentage."""
