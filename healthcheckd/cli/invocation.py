"""One call of the program: its screens, its environment, and where that leads."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer

from healthcheckd.cli import words
from healthcheckd.cli.output import Part, Screen, Style

if TYPE_CHECKING:
    from healthcheckd.api.client import ControlClient
    from healthcheckd.cli.remote import Daemon
    from healthcheckd.config import Paths


class Invocation:
    """What is found out of the configuration is found out when it is needed, and once."""

    def __init__(
        self,
        out: Screen,
        err: Screen,
        environ: Mapping[str, str],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.out = out
        self.err = err
        self.environ = environ
        self.now = now
        self.config: Path | None = None

    @cached_property
    def located(self) -> Path | None:
        """The configuration file in use; None where there is none."""
        from healthcheckd.config import locate

        return locate(self.config, self.environ)

    @cached_property
    def paths(self) -> "Paths":
        from healthcheckd.config import locate_paths

        found = locate_paths(self.located, self.environ)
        for warning in found.warnings:
            self.warn(warning)
        return found

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.paths.time_zone)

    @cached_property
    def client(self) -> "ControlClient":
        from healthcheckd.api.client import ControlClient, Installation

        configured = self.located is not None or bool({"GATEWAY_URL", "HEALTHCHECKD_SOCKET"} & self.environ.keys())
        return ControlClient(self.paths.socket, installation=Installation(self.located, configured))

    @cached_property
    def daemon(self) -> "Daemon":
        """The one at the control socket, whether it answers or not."""
        from healthcheckd.cli.remote import Daemon

        return Daemon(self.client)

    def here(self) -> datetime:
        """Now, on the clocks of whoever looks: `yesterday` is theirs."""
        return self.now().astimezone(self.zone)

    def warn(self, text: str) -> None:
        self.err.say(Part("Warning: ", Style.WARN), text)

    def stamp(self, at: datetime | None) -> str:
        return words.stamp(at, self.zone)

    def ago(self, at: datetime | None) -> str:
        return words.ago(at, self.now())


def invocation(ctx: typer.Context) -> Invocation:
    """What `main` handed to the commands."""
    call = ctx.obj
    if not isinstance(call, Invocation):
        raise TypeError("a command runs below main()")
    return call
