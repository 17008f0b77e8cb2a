"""Accounts in bulk: `accounts import` and `accounts export`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from healthcheckd.cli.asking import agree
from healthcheckd.cli.grouped import grouped
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation
from healthcheckd.cli.last_known import read
from healthcheckd.cli.options import AsJson, Selectors, Yes
from healthcheckd.cli.screens.changes import show_changes
from healthcheckd.cli.words import count
from healthcheckd.domain.accounts import AccountId, parse_id
from healthcheckd.domain.exporting import write_table
from healthcheckd.domain.importing import parse_table
from healthcheckd.errors import UsageError

app = command_group()


@app.command(
    "import",
    epilog=examples(
        "healthcheck accounts import accounts.csv --dry-run",
        "healthcheck accounts import accounts.csv",
        "healthcheck accounts export | sed s/ACME/Acme/ | healthcheck accounts import - --yes",
    ),
)
def import_accounts(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV as any spreadsheet writes it; - is standard input.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and do nothing.")] = False,
    yes: Yes = False,
) -> None:
    """Change accounts as a table says: all of it, or nothing. The change is shown first.

    Columns: id, name, phone, owner_email, customer, tags, language, time_zone, daily_limit, notify_after, enabled.
    An empty cell leaves a field as it is, a dash clears it.
    """
    call = invocation(ctx)
    table = _content(file)
    _refuse_faults(table)
    planned = call.daemon.load(table, apply=False)
    show_changes(call.out, planned, call.zone)
    if dry_run or not planned.changes:
        return
    if not yes:
        agree(f"Make {count(len(planned.changes), 'change')}?")
    done = call.daemon.load(table, apply=True)
    call.out.say(f"{count(len(done.changes), 'change')} made")


@app.command(
    epilog=examples(
        "healthcheck accounts export > accounts.csv",
        "healthcheck accounts export --missing-owner",
        "healthcheck accounts export --customer ACME --json",
        "healthcheck accounts export eu/shop-12 --all > all-of-shop-12.json",
    )
)
@grouped
def export(
    ctx: typer.Context,
    selectors: Selectors,
    account: Annotated[str, typer.Argument(metavar="[ACCOUNT]", help="With --all: the full id.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="All that is kept of one account, as JSON.")] = False,
    missing_owner: Annotated[bool, typer.Option("--missing-owner", help="Those nobody is told of.")] = False,
    json: AsJson = False,
) -> None:
    """Write accounts as a table that import reads back.

    With --all: all that is kept of one account, as JSON.
    """
    call = invocation(ctx)
    if everything or account:
        call.out.json(call.daemon.everything(str(_one(account, everything))))
        return
    rows = read(call, lambda source: source.export(selectors.selection(call.now(), "id"), missing_owner))
    if json:
        call.out.json(rows)
    else:
        call.out.raw(write_table(rows))


def _one(account: str, everything: bool) -> AccountId:
    """Raises `UsageError` unless both were said: a whole account is not what a table has."""
    found = parse_id(account)
    if found is None or not everything:
        raise UsageError("say the full id and --all", hint="healthcheck accounts export eu/shop-12 --all")
    return found


def _content(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=file) from error


def _refuse_faults(table: bytes) -> None:
    """Here, so that a table with faults is refused without a daemon."""
    if faults := parse_table(table).faults:
        raise UsageError("\n".join(map(str, faults)), hint="nothing was changed; correct the table and import it again")
