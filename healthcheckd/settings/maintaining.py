"""When nothing is to be touched or told, again and again."""

from dataclasses import dataclass
from datetime import timedelta

from healthcheckd.domain.cron import Cadence
from healthcheckd.domain.maintenance import Maintenance
from healthcheckd.domain.matching import Reach
from healthcheckd.settings.values import Origin


@dataclass(frozen=True, slots=True)
class MaintenanceSettings:
    """Names may be patterns; none of any kind is everything."""

    name: str
    at: Cadence
    lasts: timedelta
    gateways: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    comment: str = ""
    origin: Origin = Origin()

    @property
    def plan(self) -> Maintenance:
        reach = Reach(self.accounts, self.gateways, self.tags, self.customers)
        return Maintenance(self.name, self.at, self.lasts, reach, self.comment)
