"""The tree of commands. A command's file is read when the command is asked for: most of them never are."""

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from healthcheckd.cli.groups import Group, examples
from healthcheckd.cli.invocation import Invocation
from healthcheckd.daemon.quick import quicken

SECTIONS: dict[str, dict[str, str]] = {
    "See": {
        "status": "status",
        "ping": "ping",
        "stats": "stats",
        "history": "history",
        "incidents": "incidents",
        "uptime": "uptime",
        "audit": "audit",
        "events": "events",
    },
    "Act": {
        "trigger": "jobs",
        "stop": "jobs",
        "start": "jobs",
        "reconnect": "reconnecting",
        "pair": "pairing",
        "drill": "drill",
        "mute": "muting",
        "unmute": "muting",
        "silence": "silencing",
        "hold": "holding",
        "release": "holding",
    },
    "Manage": {
        "accounts": "accounts",
        "gateways": "gateways",
        "notices": "notices",
        "messages": "messages",
        "email": "email",
        "channels": "channels",
        "webhooks": "webhooks",
    },
    "Set up": {
        "demo": "demo",
        "init": "init",
        "config": "config",
        "service": "service",
        "token": "token",
        "reload": "upkeep",
        "backup": "upkeep",
        "restore": "upkeep",
        "version": "version",
    },
}
"""Every command of the first level, and the file in `commands` that holds it."""

_FILES = {name: file for section in SECTIONS.values() for name, file in section.items()}


class _Commands(MutableMapping[str, Any]):
    """Commands by name, each read from its file at the first look."""

    def __init__(self) -> None:
        self._read: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._read:
            self._read[name] = _command(name, _FILES[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_FILES)

    def __len__(self) -> int:
        return len(_FILES)

    def __setitem__(self, name: str, command: Any) -> None:
        self._read[name] = command

    def __delitem__(self, name: str) -> None:
        del self._read[name]


class Root(Group):
    """The first level: its commands in sections."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = _Commands()

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        limit = formatter.width - 6 - max(map(len, _FILES))
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, self.commands[name].get_short_help_str(limit)) for name in commands])


def _command(name: str, file: str) -> TyperCommand | TyperGroup:
    found: Any = get_command(import_module(f"healthcheckd.cli.commands.{file}").app)
    if isinstance(found, TyperGroup) and found.name != name:
        found = found.commands[name]
    found.name = name
    for one in (found, *getattr(found, "commands", {}).values()):
        quicken(one)
    return found  # type: ignore[no-any-return]


def tree() -> Any:
    """The whole of it, as the parser wants it."""
    root = get_command(app)
    quicken(root)
    return root


app = typer.Typer(
    cls=Root,
    name="healthcheck",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "healthcheck demo                    see it work, nothing else needed",
        "healthcheck init                    write a first configuration",
        "healthcheck status                  which numbers are down, since when, who has been told",
        "healthcheck --config eu.toml status",
    ),
)


def _print_version(asked: bool) -> None:
    if asked:
        from healthcheckd import __version__

        typer.echo(f"healthcheck {__version__}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    config: Annotated[
        str, typer.Option("--config", "-c", metavar="FILE", help="Use this configuration; else HEALTHCHECKD_CONFIG.")
    ] = "",
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Watch WhatsApp sessions: which numbers are down, since when, why, and who has been told."""
    if isinstance(ctx.obj, Invocation):
        ctx.obj.config = Path(config) if config else None
