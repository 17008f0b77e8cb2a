"""How every group of commands behaves, and how help ends: with examples."""

from typing import Any

import typer
from typer.core import TyperGroup

_HELP = {"help_option_names": ["-h", "--help"]}


class Group(TyperGroup):
    """A group named alone shows what it can do."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args or [] if ctx.resilient_parsing else args or ["--help"])


def command_group(name: str = "", text: str = "", *lines: str) -> typer.Typer:
    """An empty group to register commands at, with lines of examples; without a name it only keeps single commands
    together."""
    return typer.Typer(
        cls=Group,
        name=name or None,
        help=text or None,
        epilog=examples(*lines) if lines else None,
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings=_HELP,
    )


def examples(*lines: str) -> str:
    """The end of a help text; `\\b` keeps the lines as they are."""
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])
