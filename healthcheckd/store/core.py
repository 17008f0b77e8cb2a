"""What every part of the store stands on: the owner of the connection, and the terms in force."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from healthcheckd.store.owner import Owner
from healthcheckd.store.terms import Terms

T = TypeVar("T")


@dataclass(slots=True)
class Core:
    owner: Owner
    terms: Terms

    async def run(self, work: Callable[[sqlite3.Connection, Terms], T]) -> T:
        """One transaction, under the terms in force when it begins."""
        return await self.owner.run(lambda connection: work(connection, self.terms))
