"""The outbox of the copy: what happened makes messages owed, and these go out when the rules let them."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta

from healthcheckd.domain.cron import Cadence
from healthcheckd.domain.forecast import Sent
from healthcheckd.store.forecasting.accounts import of_accounts, of_blasts
from healthcheckd.store.forecasting.copying import copied
from healthcheckd.store.forecasting.happenings import (
    Happening,
    Period,
    of_digests,
    of_machinery,
    of_occasions,
    of_people,
)
from healthcheckd.store.notices import next_due, record_sent
from healthcheckd.store.outgoing import messages_due
from healthcheckd.store.terms import Terms

_ALL = 1_000_000

_MOMENT = timedelta(seconds=10)
"""The outbox is turned no more often than this."""


def replayed(source: sqlite3.Connection, terms: Terms, digest: Cadence | None, period: Period) -> Counter[Sent]:
    """Messages of the period; what began before it is played from its beginning on."""
    with closing(copied(source, *period)) as copy:
        copy.execute("BEGIN")
        happened = sorted(_happened(source, terms, digest, period), key=lambda one: one.at)
        return _played(copy, terms, happened, period)


def _happened(source: sqlite3.Connection, terms: Terms, digest: Cadence | None, period: Period) -> Iterable[Happening]:
    yield from of_machinery(source, period)
    yield from of_blasts(source, period)
    yield from of_accounts(source, period)
    yield from of_people(source, period)
    yield from of_occasions(source, period)
    yield from of_digests(digest, terms, period)


def _played(copy: sqlite3.Connection, terms: Terms, happened: Iterable[Happening], period: Period) -> Counter[Sent]:
    counted: Counter[Sent] = Counter()
    now = datetime.min.replace(tzinfo=period.since.tzinfo)
    for at, act in happened:
        now = _deliver(copy, terms, (now, at), period, counted)
        act(copy, terms, at)
    _deliver(copy, terms, (now, period.until), period, counted)
    return counted


def _deliver(
    copy: sqlite3.Connection, terms: Terms, between: tuple[datetime, datetime], period: Period, counted: Counter[Sent]
) -> datetime:
    """Everything that may go before something else happens; returns when the outbox was last turned."""
    now, until = between
    while (due := next_due(copy)) is not None and max(due, now + _MOMENT) <= until:
        now = max(due, now + _MOMENT)
        for message in messages_due(copy, terms, now, _ALL, ()):
            record_sent(copy, message, now, "")
            first = message[0]
            if now >= period.since:
                counted[Sent(first.recipient, first.channel, str(first.payload["role"]), first.kind)] += 1
    return now
