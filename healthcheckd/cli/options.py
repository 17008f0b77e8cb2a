"""Options that several commands share."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

import typer

from healthcheckd.cli import complete
from healthcheckd.domain.selection import Selection, parse_selection

_Some = list[str]

AsJson = Annotated[bool, typer.Option("--json", help="For programs: documented fields, additive only.")]
Account = Annotated[
    str,
    typer.Argument(
        metavar="ACCOUNT",
        help="GATEWAY/SESSION; or session, name or phone where only one has it.",
        autocompletion=complete.accounts,
        show_default=False,
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Since = Annotated[str, typer.Option("--since", metavar="WHEN", help="From then on: 2h, yesterday, 2026-01-31.")]
Until = Annotated[str, typer.Option("--until", metavar="WHEN", help="Up to then.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=0, help="At most so many; 0 is all.")]


@dataclass(frozen=True, slots=True)
class Selectors:
    """Which accounts are meant; several of one kind are alternatives."""

    gateway: Annotated[
        _Some,
        typer.Option("--gateway", "-g", metavar="NAME", help="Of this gateway.", autocompletion=complete.gateways),
    ] = field(default_factory=list)
    tag: Annotated[_Some, typer.Option("--tag", metavar="TAG", help="With this tag.")] = field(default_factory=list)
    customer: Annotated[_Some, typer.Option("--customer", metavar="NAME", help="Of this customer.")] = field(
        default_factory=list
    )
    health: Annotated[
        _Some, typer.Option("--health", metavar="GRADE", help="healthy, warning, critical or unknown.")
    ] = field(default_factory=list)
    connection: Annotated[
        _Some, typer.Option("--connection", metavar="STATE", help="connected, logged-out, failed, …")
    ] = field(default_factory=list)
    cause: Annotated[_Some, typer.Option("--cause", metavar="CAUSE", help="logged-out, zombie, banned, …")] = field(
        default_factory=list
    )
    since: Annotated[str, typer.Option("--since", metavar="WHEN", help="In trouble since then: 2h, 2026-01-31.")] = ""
    needs_person: Annotated[bool, typer.Option("--needs-person", help="That wait for a person.")] = False
    unproven: Annotated[bool, typer.Option("--unproven", help="Connected, as far as the gateway says.")] = False

    def selection(self, now: datetime, sort: str = "", limit: int = 0) -> Selection:
        """Raises `UsageError`, `UnknownName`."""
        asked = {
            "gateway": self.gateway,
            "tag": self.tag,
            "customer": self.customer,
            "health": self.health,
            "connection": self.connection,
            "cause": self.cause,
            "since": [self.since] if self.since else [],
            "needs-person": ["true"] if self.needs_person else [],
            "unproven": ["true"] if self.unproven else [],
            "sort": [sort] if sort else [],
            "limit": [str(limit)],
        }
        return parse_selection(asked, now)


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list is given."""

    sort: Annotated[
        str, typer.Option("--sort", metavar="KEY", help="worst, id, name, customer, since, checked; -KEY turns it.")
    ] = "worst"
    limit: Limit = 0
    csv: Annotated[bool, typer.Option("--csv", help="For a spreadsheet.")] = False
    json: AsJson = False
