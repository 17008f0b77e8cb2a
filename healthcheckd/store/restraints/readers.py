"""What the reader of a notice wants: to hear of it at all, and not at night."""

from datetime import datetime

from healthcheckd.domain.notices import Ruling, Verdict
from healthcheckd.domain.routing import Route
from healthcheckd.store.grouping import Due
from healthcheckd.store.restraints.outlook import Outlook
from healthcheckd.store.terms import Terms


def not_wanted(due: Due, seen: Outlook, terms: Terms, now: datetime) -> Ruling | None:
    """By the kinds that the contact has now, good news included."""
    route = route_of(due, terms)
    if route is not None and not route.contact.wants(due.notice.kind):
        return Ruling(Verdict.SUPERSEDED, "its reader does not want to hear of it")
    return None


def in_quiet_hours(due: Due, seen: Outlook, terms: Terms, now: datetime) -> Ruling | None:
    """Put off, never dropped; afterwards it is looked at again like any other."""
    route = route_of(due, terms)
    until = route.quiet_until(now) if route else None
    return Ruling(Verdict.WAIT, "quiet hours", until) if until else None


def route_of(due: Due, terms: Terms) -> Route | None:
    return terms.directory.route(due.role, due.notice.channel, due.notice.recipient)
