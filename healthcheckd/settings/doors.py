"""Where others reach the daemon."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ControlSettings:
    socket: Path = Path("control.sock")
    manage_group: str = "healthcheckd"


@dataclass(frozen=True, slots=True)
class HttpSettings:
    listen: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class HooksSettings:
    """Where gateways post what they have to tell; `public_url` is what they call that place, if it is not `listen`."""

    listen: tuple[str, int] | None = None
    public_url: str = ""
