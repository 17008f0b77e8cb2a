"""What is wrong with a configuration, collected until everything was looked at."""

from collections.abc import Iterable

from healthcheckd.config.rendering import toml
from healthcheckd.config.urls import redact
from healthcheckd.errors import ConfigurationError, Fault
from healthcheckd.settings import Origin, Secret


class Faults(list[Fault]):
    """Values are shown as they are written, never as what they expand to."""

    def add(self, origin: Origin, key: str, value: object, message: str, hint: str = "") -> None:
        self.append(Fault(str(origin), key, shown(value), message, hint))

    def refuse(self) -> None:
        """Raises ConfigurationError if there is any, in the order of the files' lines."""
        if self:
            raise ConfigurationError(sorted(self, key=_place))


def _place(fault: Fault) -> tuple[str, int]:
    file, _, line = fault.file.rpartition(":")
    return (file, int(line)) if line.isdigit() else (fault.file, 0)


def shown(value: object) -> str:
    """As TOML would have it, on one line and not too long; None is nothing to show."""
    if value is None:
        return ""
    text = "****" if isinstance(value, Secret) else redact(toml(value))
    printable = "".join(sign if sign.isprintable() else "?" for sign in text)
    return printable if len(printable) <= 80 else f"{printable[:79]}…"


def suggest(name: str, known: Iterable[str]) -> str:
    """`did you mean …?` where something is near enough, else what there is."""
    from difflib import get_close_matches

    options = list(known)
    near = get_close_matches(name.lower(), options, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(options)}"
