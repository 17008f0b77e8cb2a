"""Questions to a person; where nobody can answer, the option that answers is named instead."""

import sys
from collections.abc import Callable

import typer

from healthcheckd.cli.safe import safe
from healthcheckd.errors import Refused


def agree(question: str) -> None:
    """Raises `Refused` unless the answer is yes."""
    if not sys.stdin.isatty():
        raise Refused(f"{question} Nobody is there to answer", hint="say --yes")
    if not typer.confirm(safe(question), err=True):
        raise Refused("nothing was done")


def ask(
    question: str, option: str, default: str = "", *, secret: bool = False, parse: Callable[[str], object] = str
) -> str:
    """What is answered, asked again while `parse` raises ValueError. Raises `Refused` naming the option that would have
    answered."""
    if not sys.stdin.isatty():
        raise Refused(f"{question}: nobody is there to answer", hint=f"say {option}")
    while True:
        answer = _answer(question, default, secret)
        try:
            parse(answer)
        except ValueError as error:
            typer.echo(safe(f"“{answer}” {error}" if answer else str(error)), err=True)
        else:
            return answer


def _answer(question: str, default: str, secret: bool) -> str:
    answer: str = typer.prompt(safe(question), default=default, show_default=bool(default), hide_input=secret, err=True)
    return answer.strip()
