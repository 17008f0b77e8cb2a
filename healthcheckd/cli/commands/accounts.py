"""`healthcheck accounts`: the accounts that are watched."""

import typer

from healthcheckd.cli.commands import editing, tables
from healthcheckd.cli.grouped import grouped
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation
from healthcheckd.cli.last_known import read
from healthcheckd.cli.options import Account, AsJson, Listing, Selectors

app = command_group(
    "accounts",
    "See and change the accounts that are watched.",
    "healthcheck accounts list --needs-person",
    "healthcheck accounts show eu/shop-12",
)
app.add_typer(editing.app)
app.add_typer(tables.app)


@app.command(
    "list",
    epilog=examples(
        "healthcheck accounts list --needs-person",
        "healthcheck accounts list --gateway eu --health critical --since 2h",
        "healthcheck accounts list --customer ACME --sort -since --limit 20",
        "healthcheck accounts list --csv > accounts.csv",
    ),
)
@grouped
def list_accounts(ctx: typer.Context, selectors: Selectors, listing: Listing) -> None:
    """List accounts, the worst first."""
    call = invocation(ctx)
    selection = selectors.selection(call.now(), listing.sort, listing.limit)
    rows = read(call, lambda source: source.accounts(selection))
    if listing.json:
        call.out.json(rows)
        return
    from healthcheckd.cli.screens.accounts import AccountList, as_csv

    if listing.csv:
        call.out.raw(as_csv(rows))
    else:
        AccountList(rows, call.now()).draw(call.out)


@app.command(epilog=examples("healthcheck accounts show eu/shop-12", "healthcheck accounts show '+55 11 98888-7777'"))
def show(ctx: typer.Context, account: Account, json: AsJson = False) -> None:
    """Show everything about one account. Ends with who is told what and when, if it drops."""
    from healthcheckd.cli.screens.account import AccountScreen

    call = invocation(ctx)
    detail = read(call, lambda source: source.account(source.resolve(account)))
    if json:
        call.out.json(detail)
    else:
        AccountScreen(detail, call.now(), call.zone).draw(call.out)
