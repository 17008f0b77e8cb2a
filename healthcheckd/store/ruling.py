"""Whether a due notice is still true and wanted, by the state as it stands now."""

from datetime import datetime

from healthcheckd.domain.notices import SEND, Ruling
from healthcheckd.store.grouping import Due
from healthcheckd.store.restraints import Restraint
from healthcheckd.store.restraints.age import too_old, works_again
from healthcheckd.store.restraints.blasts import back_again, silent_together, told_together
from healthcheckd.store.restraints.calm import in_maintenance, silenced
from healthcheckd.store.restraints.carriers import carrier_down
from healthcheckd.store.restraints.once import said_too
from healthcheckd.store.restraints.outlook import Outlook
from healthcheckd.store.restraints.readers import in_quiet_hours, not_wanted
from healthcheckd.store.restraints.sight import not_asked_again, not_read_again
from healthcheckd.store.restraints.state import no_longer_true
from healthcheckd.store.terms import Terms

RESTRAINTS: tuple[Restraint, ...] = (
    not_wanted,
    works_again,
    back_again,
    told_together,
    silent_together,
    silenced,
    in_maintenance,
    too_old,
    not_asked_again,
    not_read_again,
    no_longer_true,
    said_too,
    in_quiet_hours,
    carrier_down,
)
"""In this order: what is over for good before what only waits. What people hold back does not grow old."""


def rule_on(due: Due, seen: Outlook, terms: Terms, now: datetime) -> Ruling:
    rulings = (restrained(due, seen, terms, now) for restrained in RESTRAINTS)
    return next((ruling for ruling in rulings if ruling is not None), SEND)
