"""Changing accounts one at a time, and the verbs that can be said to many."""

from dataclasses import dataclass, fields
from typing import Annotated

import typer

from healthcheckd.cli.asking import agree
from healthcheckd.cli.grouped import grouped
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation
from healthcheckd.cli.options import Account, Yes
from healthcheckd.cli.screens.changes import show_changes
from healthcheckd.cli.targets import Targets, tell
from healthcheckd.domain.accounts import AccountId, parse_id
from healthcheckd.errors import UsageError

app = command_group()

_Text = str | None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person may say of an account; an empty text takes back what was said."""

    name: Annotated[_Text, typer.Option("--name", help="What people call it.")] = None
    phone: Annotated[_Text, typer.Option("--phone", help="The number that belongs there.")] = None
    owner_email: Annotated[_Text, typer.Option("--owner-email", help="Who is told; several with commas.")] = None
    customer: Annotated[_Text, typer.Option("--customer", help="Whose it is.")] = None
    tags: Annotated[_Text, typer.Option("--tags", help="Several with commas.")] = None
    language: Annotated[_Text, typer.Option("--language", help="The owner's: en, pt-BR.")] = None
    time_zone: Annotated[_Text, typer.Option("--time-zone", help="The owner's: Europe/Berlin.")] = None
    daily_limit: Annotated[_Text, typer.Option("--daily-limit", help="Messages a day; told at 80 and 100 %.")] = None
    notify_after: Annotated[_Text, typer.Option("--notify-after", help="Tell the owner after this long: 1h.")] = None

    def stated(self) -> dict[str, object]:
        """Only what was said."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in said.items() if value is not None}


@app.command(
    epilog=examples(
        "healthcheck accounts add eu/shop-12 --name 'Shop 12' --owner-email owner@example.com",
        "healthcheck accounts add eu/shop-13 --customer ACME --tags vip,berlin",
    )
)
@grouped
def add(ctx: typer.Context, account: Annotated[str, typer.Argument(metavar="GATEWAY/SESSION")], said: Profile) -> None:
    """Watch an account that was not found by itself."""
    call = invocation(ctx)
    show_changes(call.out, call.daemon.add(_id(account), said.stated()), call.zone)


@app.command(
    "set",
    epilog=examples(
        "healthcheck accounts set eu/shop-12 --owner-email owner@example.com --notify-after 1h",
        "healthcheck accounts set eu/shop-12 --customer ''",
    ),
)
@grouped
def set_account(ctx: typer.Context, account: Account, said: Profile) -> None:
    """Say something of an account. What a configuration file states can only be changed there."""
    call = invocation(ctx)
    if not said.stated():
        raise UsageError("say what is to be set", hint="healthcheck accounts set --help")
    show_changes(call.out, call.daemon.change(call.daemon.resolve(account), said.stated()), call.zone)


@app.command(epilog=examples("healthcheck accounts remove eu/shop-12", "healthcheck accounts remove eu/shop-12 --yes"))
def remove(ctx: typer.Context, account: Account, yes: Yes = False) -> None:
    """Watch and list an account no longer; its history stays. Refused while its gateway still has the session."""
    call = invocation(ctx)
    found = call.daemon.resolve(account)
    if not yes:
        agree(f"Remove {found}?")
    show_changes(call.out, call.daemon.tell("remove", found), call.zone)


@app.command(epilog=examples("healthcheck accounts forget eu/shop-12", "healthcheck accounts forget eu/shop-12 --yes"))
def forget(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(metavar="GATEWAY/SESSION", help="The full id; it may be removed already.")],
    yes: Yes = False,
) -> None:
    """Take the person out of everything that is kept. When it was up and down stays, under a pseudonym.

    Refused while its gateway still has the session: it would be found again. Backups and log files made before are not
    touched.
    """
    call = invocation(ctx)
    found = _id(account)
    if not yes:
        agree(f"Forget whose account {found} was? This cannot be undone.")
    show_changes(call.out, call.daemon.forget(str(found)), call.zone)


@app.command(
    epilog=examples("healthcheck accounts move eu/shop-12 us/shop-12", "healthcheck accounts move shop-12 us/shop-12")
)
def move(
    ctx: typer.Context,
    account: Account,
    to: Annotated[str, typer.Argument(metavar="GATEWAY/SESSION", help="Its new address.")],
) -> None:
    """Say that an account has another address now. Its history goes along."""
    call = invocation(ctx)
    show_changes(call.out, call.daemon.move(call.daemon.resolve(account), _id(to)), call.zone)


@app.command(epilog=examples("healthcheck accounts enable eu/shop-12", "healthcheck accounts enable --customer ACME"))
@grouped
def enable(ctx: typer.Context, targets: Targets) -> None:
    """Watch accounts again."""
    tell(invocation(ctx), "enable", targets)


@app.command(epilog=examples("healthcheck accounts disable eu/shop-12", "healthcheck accounts disable --tag old --yes"))
@grouped
def disable(ctx: typer.Context, targets: Targets) -> None:
    """Watch accounts no longer. Their incidents end as withdrawn. To watch and tell nobody: healthcheck mute."""
    tell(invocation(ctx), "disable", targets)


@app.command(epilog=examples("healthcheck accounts adopt eu/shop-12", "healthcheck accounts adopt --gateway eu"))
@grouped
def adopt(ctx: typer.Context, targets: Targets) -> None:
    """Care for accounts that were down at the first look. They are restarted and told of from then on."""
    tell(invocation(ctx), "adopt", targets)


def _id(text: str) -> AccountId:
    found = parse_id(text)
    if found is None:
        raise UsageError(f"“{text}” is not GATEWAY/SESSION", hint="healthcheck gateways list")
    return found
