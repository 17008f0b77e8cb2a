"""`healthcheck uptime`: how much of the time accounts were up, and how that is computed."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated

import typer

from healthcheckd.cli.grouped import grouped
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import Invocation, invocation
from healthcheckd.cli.last_known import read
from healthcheckd.cli.options import Limit, Selectors
from healthcheckd.cli.screens.uptime import EXPLANATION, as_csv, draw_uptime
from healthcheckd.cli.spans import instant, month
from healthcheckd.errors import UsageError
from healthcheckd.ports.control import Span

app = command_group()


class By(StrEnum):
    ACCOUNT = "account"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Period:
    """Of which time, and how it is given."""

    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="This calendar month.")] = ""
    start: Annotated[str, typer.Option("--from", metavar="WHEN", help="From then: 7 days, 2026-01-01.")] = ""
    until: Annotated[str, typer.Option("--until", metavar="WHEN", help="Up to then; without it, now.")] = ""
    by: Annotated[By, typer.Option("--by", help="A line for each account, or each customer.")] = By.ACCOUNT
    limit: Limit = 0
    csv: Annotated[bool, typer.Option("--csv", help="For a spreadsheet; lengths in seconds.")] = False
    json: Annotated[bool, typer.Option("--json", help="For programs; lengths in seconds.")] = False

    def span(self, call: Invocation) -> Span:
        """Raises `UsageError`."""
        if self.month and (self.start or self.until):
            raise UsageError("either a month, or from and until", hint="healthcheck uptime --help")
        if self.month:
            return replace(month(self.month, call.zone), limit=self.limit)
        return Span(instant(self.start, call.here()), instant(self.until, call.here()), self.limit)


@app.command(
    epilog=examples(
        "healthcheck uptime",
        "healthcheck uptime --customer ACME --month 2026-01",
        "healthcheck uptime --by customer --month 2026-01 --csv > january.csv",
        "healthcheck uptime --gateway eu --from '7 days'",
    ),
    help=f"Show how much of the time accounts were up. Without a period, of the last 30 days.\n\n{EXPLANATION}",
)
@grouped
def uptime(ctx: typer.Context, selectors: Selectors, period: Period) -> None:
    call = invocation(ctx)
    selection, span = selectors.selection(call.now(), "id", period.limit), period.span(call)
    rows = read(call, lambda source: source.uptime(selection, span, period.by.value))
    if period.json:
        call.out.json(rows)
    elif period.csv:
        call.out.raw(as_csv(rows))
    else:
        draw_uptime(call.out, rows, call.zone, period.by.value)
