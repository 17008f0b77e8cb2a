"""Commands on accounts: the store's, and pairing."""

from collections.abc import Sequence
from dataclasses import dataclass

from healthcheckd.daemon.services.pairing import PairingDesk
from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.importing import ImportRow
from healthcheckd.domain.reports.accounts import ChangeReport
from healthcheckd.domain.selection import Selection
from healthcheckd.ports.control import Caller, PairingReport, Profile, Verb
from healthcheckd.store.commanding import AccountBook


@dataclass(frozen=True, slots=True)
class AccountService:
    """Fills `AccountCommands`."""

    book: AccountBook
    desk: PairingDesk

    async def add(self, account: AccountId, profile: Profile, caller: Caller) -> ChangeReport:
        return await self.book.add(account, profile, caller)

    async def change(self, account: AccountId, profile: Profile, caller: Caller) -> ChangeReport:
        return await self.book.change(account, profile, caller)

    async def move(self, account: AccountId, to: AccountId, caller: Caller) -> ChangeReport:
        return await self.book.move(account, to, caller)

    async def act(self, verb: Verb, accounts: Selection | AccountId, caller: Caller) -> ChangeReport:
        return await self.book.act(verb, accounts, caller)

    async def load(self, rows: Sequence[ImportRow], apply: bool, caller: Caller) -> ChangeReport:
        return await self.book.load(rows, apply, caller)

    async def pairing(self, account: AccountId, phone: str, begin: bool, caller: Caller) -> PairingReport:
        return await self.desk.pairing(account, phone, begin, caller)
