"""The commands on accounts as the daemon gives them out: one transaction each, and one row in the trail."""

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.importing import ImportRow
from healthcheckd.domain.profile import Value
from healthcheckd.domain.reports.accounts import ChangeReport
from healthcheckd.domain.selection import Selection, as_query
from healthcheckd.errors import HealthcheckError
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.control import Caller, Verb
from healthcheckd.store import accounts
from healthcheckd.store.core import Core
from healthcheckd.store.desk import Desk
from healthcheckd.store.terms import Terms
from healthcheckd.store.trail import leave

logger = logging.getLogger(__name__)


class AccountBook:
    """Fills `AccountCommands`, but for pairing, which asks the gateway."""

    def __init__(self, core: Core, clock: Clock) -> None:
        self._core = core
        self._clock = clock

    async def add(self, account: AccountId, profile: Mapping[str, Value], caller: Caller) -> ChangeReport:
        what = f"accounts add {account}"
        return await self._carry_out(what, caller, lambda desk: accounts.add(desk, account, profile))

    async def change(self, account: AccountId, profile: Mapping[str, Value], caller: Caller) -> ChangeReport:
        what = f"accounts set {account} {' '.join(profile)}"
        return await self._carry_out(what, caller, lambda desk: accounts.change(desk, account, profile))

    async def move(self, account: AccountId, to: AccountId, caller: Caller) -> ChangeReport:
        what = f"accounts move {account} {to}"
        return await self._carry_out(what, caller, lambda desk: accounts.move(desk, account, to))

    async def act(self, verb: Verb, chosen: Selection | AccountId, caller: Caller) -> ChangeReport:
        what = f"{verb.name} {_chosen(chosen)}"
        return await self._carry_out(what, caller, lambda desk: accounts.act(desk, verb, chosen))

    async def load(self, rows: Sequence[ImportRow], apply: bool, caller: Caller) -> ChangeReport:
        what = f"accounts import of {len(rows)} rows"
        if apply:
            return await self._carry_out(what, caller, lambda desk: accounts.load(desk, rows, apply))
        now = self._clock.now()
        return await self._core.run(lambda connection, terms: accounts.load(Desk(connection, terms, now), rows, apply))

    async def _carry_out(self, what: str, caller: Caller, command: Callable[[Desk], ChangeReport]) -> ChangeReport:
        now = self._clock.now()

        def work(connection: sqlite3.Connection, terms: Terms) -> ChangeReport:
            report = command(Desk(connection, terms, now, caller.who))
            leave(connection, now, caller, what, _outcome(report))
            return report

        try:
            report = await self._core.run(work)
        except HealthcheckError as error:
            await self._refused(now, caller, what, error)
            raise
        logger.info("%s by %s: %s", what, caller.who, _outcome(report), extra={"action": "account_command"})
        return report

    async def _refused(self, now: datetime, caller: Caller, what: str, error: HealthcheckError) -> None:
        """The transaction is gone with what it held; the trail gets its row all the same."""
        outcome = f"{error.code}: {error.what.partition(chr(10))[0]}"
        await self._core.run(lambda connection, _: leave(connection, now, caller, what, outcome))
        logger.info("%s by %s was refused: %s", what, caller.who, error, extra={"action": "account_command"})


def _outcome(report: ChangeReport) -> str:
    touched = len({one.account for one in report.changes})
    if not touched:
        return "nothing to change"
    return "1 account changed" if touched == 1 else f"{touched} accounts changed"


def _chosen(chosen: Selection | AccountId) -> str:
    """As it would be typed."""
    if isinstance(chosen, Selection):
        return " ".join(f"--{key} {value}" for key, value in as_query(chosen)) or "all accounts"
    return str(chosen)
