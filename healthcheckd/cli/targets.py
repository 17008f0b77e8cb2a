"""Which accounts a verb is for: those named, or those that a selection finds and a person agrees to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated

import typer

from healthcheckd.cli import complete
from healthcheckd.cli.asking import agree
from healthcheckd.cli.invocation import Invocation
from healthcheckd.cli.options import Selectors, Yes
from healthcheckd.cli.screens.changes import show_changes
from healthcheckd.cli.words import count
from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.reports.accounts import Change, ChangeReport
from healthcheckd.domain.selection import Selection
from healthcheckd.errors import UsageError

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Targets(Selectors):
    """Accounts by name, or selectors, or all."""

    accounts: Annotated[
        list[str],
        typer.Argument(
            metavar="[ACCOUNT]...",
            help="GATEWAY/SESSION; or session, name or phone where only one has it.",
            autocompletion=complete.accounts,
            show_default=False,
        ),
    ] = field(default_factory=list)
    everything: Annotated[bool, typer.Option("--all", help="Every account.")] = False
    yes: Yes = False


def tell(call: Invocation, verb: str, targets: Targets, **more: object) -> None:
    """Say the verb to each, and print what changed. Raises `UsageError` unless it is clear who is meant."""
    selection = targets.selection(call.now())
    if sum((bool(targets.accounts), selection.narrows, targets.everything)) != 1:
        raise UsageError("say which accounts: by name, or by selectors, or --all", hint=f"healthcheck {verb} --help")
    if targets.accounts:
        report = _each(call, verb, [call.daemon.resolve(text) for text in targets.accounts], more)
    else:
        _agree_to(call, verb, selection, targets.yes)
        report = call.daemon.tell_all(verb, selection, **more)
    show_changes(call.out, report, call.zone)


def _each(call: Invocation, verb: str, accounts: Sequence[AccountId], more: dict[str, object]) -> ChangeReport:
    changes: list[Change] = []
    for account in accounts:
        changes += call.daemon.tell(verb, account, **more).changes
    return ChangeReport(tuple(changes))


def _agree_to(call: Invocation, verb: str, selection: Selection, yes: bool) -> None:
    if yes:
        return
    found = call.daemon.accounts(selection)
    for row in found[:_SHOWN]:
        call.err.say(f"  {row.id}  {row.title}")
    if len(found) > _SHOWN:
        call.err.say(f"  … and {count(len(found) - _SHOWN)} more")
    agree(f"{verb.capitalize()} {count(len(found), 'account')}?")
