"""Options shared by commands, as one value."""

from dataclasses import dataclass, field
from typing import Annotated

import typer
from typer.main import get_command

from healthcheckd.cli.grouped import grouped


@dataclass(frozen=True, slots=True)
class Colours:
    red: Annotated[bool, typer.Option("--red")] = False
    names: Annotated[list[str], typer.Option("--name")] = field(default_factory=list)


def run(*argv: str) -> tuple[str, Colours]:
    app, got = typer.Typer(), []

    @app.command()
    @grouped
    def command(what: Annotated[str, typer.Argument()], colours: Colours) -> None:
        """Help."""
        got.append((what, colours))

    get_command(app).main(list(argv), standalone_mode=False)
    return got[0]


def test_a_group_arrives_as_one_value() -> None:
    what, colours = run("x", "--red", "--name", "a", "--name", "b")
    assert (what, colours.red, list(colours.names)) == ("x", True, ["a", "b"])


def test_what_is_not_said_has_its_default() -> None:
    _, colours = run("x")
    assert (colours.red, list(colours.names)) == (False, [])
