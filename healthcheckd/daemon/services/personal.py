"""What is kept of a person: shown whole, or forgotten."""

from dataclasses import dataclass

from healthcheckd.daemon.services.backstage import Backstage
from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.reports.accounts import ChangeReport
from healthcheckd.errors import Refused
from healthcheckd.ports.control import Caller, Everything
from healthcheckd.store.desk import Desk
from healthcheckd.store.personal.everything import everything
from healthcheckd.store.personal.forgetting import forget


@dataclass(frozen=True, slots=True)
class PersonalService:
    """Fills `PersonalData`."""

    backstage: Backstage

    async def everything(self, account: AccountId, caller: Caller) -> Everything:
        async with self.backstage.act(f"accounts export {account} --all", caller):
            return await self.backstage.store.core.run(lambda connection, _: everything(connection, account))

    async def forget(self, account: AccountId, caller: Caller) -> ChangeReport:
        """The trail says that somebody was forgotten, and not who."""
        core, now = self.backstage.store.core, self.backstage.clock.now()
        async with self.backstage.act("accounts forget", caller) as act:
            report = await core.run(lambda connection, terms: forget(Desk(connection, terms, now, caller.who), account))
            act.outcome = f"known as {report.changes[0].account} from now on"
        if not await core.owner.cut_log():
            what = "it is forgotten, but somebody reads the database, and its log still holds pages as they were"
            raise Refused(what, hint="healthcheckd merges the log with the next changes; a restart does it at once")
        return report
