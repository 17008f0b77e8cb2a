"""What the shell may complete: names, from the database file where it can be read. Else silence: nothing may be
printed into somebody's half-written line."""

import io
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from healthcheckd.cli.invocation import Invocation
from healthcheckd.cli.output import Screen
from healthcheckd.errors import HealthcheckError
from healthcheckd.settings import CLIENT_CLEANUP, COUNTER_RESET, HEALTH_CHECK, KINDS

if TYPE_CHECKING:
    from healthcheckd.store.views.reader import Reader


def jobs(incomplete: str) -> list[str]:
    return _beginning(incomplete, (HEALTH_CHECK, COUNTER_RESET, CLIENT_CLEANUP))


def kinds(incomplete: str) -> list[str]:
    return _beginning(incomplete, KINDS)


def accounts(ctx: typer.Context, incomplete: str) -> list[str]:
    from healthcheckd.domain.selection import Selection, Sort

    everything = Selection(sort=Sort.ID)
    return _beginning(incomplete, _known(ctx, lambda reader: [row.id for row in reader.accounts(everything)]))


def gateways(ctx: typer.Context, incomplete: str) -> list[str]:
    return _beginning(incomplete, _known(ctx, lambda reader: [row.name for row in reader.gateways()]))


def incidents(ctx: typer.Context, incomplete: str) -> list[str]:
    """Those that last."""
    from healthcheckd.ports.control import IncidentFilter, Span

    lasting = IncidentFilter(only_open=True)
    return _beginning(
        incomplete, _known(ctx, lambda reader: [str(one.id) for one in reader.incidents(lasting, Span())])
    )


def silences(ctx: typer.Context, incomplete: str) -> list[str]:
    return _beginning(incomplete, _known(ctx, lambda reader: [str(one.id) for one in reader.silences(False)]))


def scopes(incomplete: str) -> list[str]:
    from healthcheckd.domain.incidents import Scope

    return _beginning(incomplete, [scope.value for scope in Scope])


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _known(ctx: typer.Context, ask: "Callable[[Reader], list[str]]") -> list[str]:
    from healthcheckd.cli.last_known import viewpoint
    from healthcheckd.store.reading import read
    from healthcheckd.store.views.reader import Reader

    nowhere = Screen(io.StringIO())
    call = Invocation(nowhere, nowhere, os.environ)
    if config := ctx.find_root().params.get("config"):
        call.config = Path(config)
    try:
        view = viewpoint(call, alive=False)
        return read(call.paths.database, lambda connection: ask(Reader(connection, view)))
    except HealthcheckError:
        return []
