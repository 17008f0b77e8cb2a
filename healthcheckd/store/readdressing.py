"""What is owed of lasting outages, brought in line with those who are to hear of them under another configuration."""

import hashlib
import sqlite3
from datetime import datetime

from healthcheckd.domain.contacts import Audience, Contact
from healthcheckd.domain.incidents import IncidentStep, Step
from healthcheckd.domain.notices import ABOUT_AN_OUTAGE, NO_OWNER
from healthcheckd.settings import Settings
from healthcheckd.store.contacts import audience_of
from healthcheckd.store.lookup import by_key
from healthcheckd.store.owing import About, follow_step
from healthcheckd.store.rows import Row, listed
from healthcheckd.store.terms import Terms


def readdress(connection: sqlite3.Connection, terms: Terms, settings: Settings, now: datetime) -> None:
    """Once for each change of whom the configuration names: thousands may be down when the daemon starts."""
    people = _fingerprint(settings)
    changed = connection.execute("UPDATE daemon SET readers = ?1 WHERE readers <> ?1", (people,))
    for key in _down(connection) if changed.rowcount else ():
        _readdress(connection, terms, key, now)


def _fingerprint(settings: Settings) -> str:
    accounts = [(one.id, one.owner_email, one.contacts, one.tags, one.customer) for one in settings.accounts]
    channels = [(one.name, one.via) for one in settings.channels]
    labels = [(one.name, sorted(one.labels.items())) for one in settings.gateways]
    named = (settings.operator, settings.contacts, channels, labels, accounts)
    return hashlib.sha256(repr(named).encode()).hexdigest()


def _down(connection: sqlite3.Connection) -> list[int]:
    rows = connection.execute(
        "SELECT key FROM accounts WHERE incident IS NOT NULL AND incident_ended_at IS NULL AND active = 1"
        " AND adopted = 1 AND removed_at IS NULL ORDER BY key"
    )
    return [row[0] for row in rows]


def _readdress(connection: sqlite3.Connection, terms: Terms, key: int, now: datetime) -> None:
    """What was owed before stays as it is where its reader does; nothing is told again."""
    vitals = by_key(connection, key).vitals
    audience = audience_of(connection, terms.directory, key)
    rows = connection.execute(
        "SELECT id, role, kind, channel, recipient, variant FROM notices WHERE incident = ? AND state = 'owed'"
        " AND unclear = 0 AND variant <> 'undeliverable' AND kind IN (SELECT value FROM json_each(?))",
        (vitals.incident, listed(sorted(ABOUT_AN_OUTAGE))),
    ).fetchall()
    # Not superseded but gone, so that they can be owed to somebody who is named again.
    connection.executemany(
        "DELETE FROM notices WHERE id = ?", [(row[0],) for row in rows if not _still_reads(row, audience)]
    )
    step = IncidentStep(Step.OPEN, vitals.offline_since or now, vitals.cause)
    follow_step(connection, terms, About(vitals.incident, key), step, vitals, now)


def _still_reads(row: Row, audience: Audience) -> bool:
    """In an owner's stead an operator hears for as long as there is none."""
    _, role, kind, channel, recipient, variant = row
    if variant == NO_OWNER and audience.owners:
        return False
    readers: tuple[Contact, ...] = audience.owners if role == "owner" else audience.operators
    return any(one.way == (channel, recipient) and one.wants(kind) for one in readers)
