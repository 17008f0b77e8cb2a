"""For the rights that people have in what is kept of them."""

from collections.abc import Mapping
from typing import Protocol

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.reports.accounts import ChangeReport
from healthcheckd.ports.control.calling import Caller

Everything = Mapping[str, list[dict[str, object]]]
"""Rows as they are kept, by the table that they stand in."""


class PersonalData(Protocol):
    """Also of accounts that were removed before."""

    async def everything(self, account: AccountId, caller: Caller) -> Everything: ...

    async def forget(self, account: AccountId, caller: Caller) -> ChangeReport:
        """The intervals stay under a pseudonym; who it was is gone from every table, free page and the write-ahead log.
        Raises `Refused` while the next check would find the session again."""
