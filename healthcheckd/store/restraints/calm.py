"""What people want to hear nothing of just now: it is told when that ends, if it is still so."""

from datetime import datetime

from healthcheckd.domain.matching import Reach
from healthcheckd.domain.notices import BAD_NEWS, Ruling, Verdict
from healthcheckd.store.grouping import Due
from healthcheckd.store.maintenance import PREFIX
from healthcheckd.store.restraints.outlook import Outlook
from healthcheckd.store.silences import held_by
from healthcheckd.store.terms import Terms


def silenced(due: Due, seen: Outlook, terms: Terms, now: datetime) -> Ruling | None:
    """By the silence that ends last."""
    found = next((one for one in seen.silences if _covers(one.reach, due, seen)), None)
    if found is None:
        return None
    return Ruling(Verdict.WAIT, "silenced", found.until_at, held_by=held_by(found.id))


def in_maintenance(due: Due, seen: Outlook, terms: Terms, now: datetime) -> Ruling | None:
    found = [window for window in seen.windows if _covers(window.reach, due, seen)]
    if not found:
        return None
    last = max(found, key=lambda window: window.until_at)
    return Ruling(Verdict.WAIT, "maintenance", last.until_at, held_by=f"{PREFIX}{last.name}")


def _covers(reach: Reach, due: Due, seen: Outlook) -> bool:
    """Good news is never held back, nor what concerns ourselves alone; of accounts that fell together nothing while a
    gateway of theirs is not covered."""
    if due.notice.kind not in BAD_NEWS:
        return False
    if due.account is not None:
        return reach.covers_account(due.notice.subjects[0].account)
    gateways = (due.gateway,) if due.gateway else seen.spread.get(due.notice.incident or 0, ())
    return all(map(reach.covers_gateway, gateways)) if gateways else reach.everything
