"""What the shell may complete: names, from the database file, where it can be read at all. Silence otherwise: nothing
may be printed into somebody's half-written line."""

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from healthcheckd.errors import HealthcheckError
from healthcheckd.settings import CLIENT_CLEANUP, COUNTER_RESET, HEALTH_CHECK

if TYPE_CHECKING:
    from healthcheckd.store.views.reader import Reader


def jobs(incomplete: str) -> list[str]:
    return _beginning(incomplete, (HEALTH_CHECK, COUNTER_RESET, CLIENT_CLEANUP))


def accounts(incomplete: str) -> list[str]:
    from healthcheckd.domain.selection import Selection, Sort

    everything = Selection(sort=Sort.ID)
    return _beginning(incomplete, _known(lambda reader: [row.id for row in reader.accounts(everything)]))


def gateways(incomplete: str) -> list[str]:
    return _beginning(incomplete, _known(lambda reader: [row.name for row in reader.gateways()]))


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _known(ask: "Callable[[Reader], list[str]]") -> list[str]:
    import os

    from healthcheckd.cli.invocation import Invocation
    from healthcheckd.cli.last_known import viewpoint
    from healthcheckd.cli.output import Screen
    from healthcheckd.store.reading import read
    from healthcheckd.store.views.reader import Reader

    screen = Screen(sys.stderr)
    call = Invocation(screen, screen, os.environ)
    try:
        view = viewpoint(call, alive=False)
        return read(call.paths.database, lambda connection: ask(Reader(connection, view)))
    except HealthcheckError:
        return []
