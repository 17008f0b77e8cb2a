"""One message to the operator for all that fell together, and one when they are back."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from healthcheckd.domain.blast import Level
from healthcheckd.domain.contacts import Contact
from healthcheckd.domain.notices import NoticeKind, NoticePlan, plan_for
from healthcheckd.ports.store import Event
from healthcheckd.store.blasts.standing import Blast, gateways_of, keys
from healthcheckd.store.contacts import operators_of
from healthcheckd.store.incidents import round_of
from healthcheckd.store.owing import HEARD, About, owe
from healthcheckd.store.rows import instant, listed, written
from healthcheckd.store.terms import Terms

TOLD_WITH_IT = "told with the mass fall"
"""Why a message about one of them was not sent."""

_LISTED = 1000
"""So many accounts at most are named in one message."""


def owe_mass_fall(connection: sqlite3.Connection, terms: Terms, blast: Blast, now: datetime) -> list[Event]:
    down = keys(connection, blast.incident, down=True)
    about = _about(blast.incident, blast.level, blast.name, {**_payload(blast), "count": len(down), "about": down})
    # Grown since it was told, it is news; the same otherwise.
    turn = round_of(connection, blast.incident)
    plans = plan_for(_operators(connection, terms, blast.incident), NoticeKind.MASS_FALL, now, str(turn or ""))
    return owe(connection, plans, about, now)


def owe_mass_over(connection: sqlite3.Connection, incident: int, now: datetime) -> list[Event]:
    """For those who were told of it, or may have been."""
    told = connection.execute(
        "SELECT DISTINCT channel, recipient, language, time_zone FROM notices"
        f" WHERE incident = ? AND kind = ? AND {HEARD}",
        (incident, NoticeKind.MASS_FALL),
    ).fetchall()
    if not told:
        return []
    level, name, total, began = connection.execute(
        "SELECT level, name, total, started_at FROM blasts JOIN incidents ON id = incident WHERE incident = ?",
        (incident,),
    ).fetchone()
    back, still = keys(connection, incident, down=False), _names(connection, keys(connection, incident, down=True))
    lasted = (now - instant(began)).total_seconds()
    payload = {"level": level, "subject": name, "total": total, "count": len(back), "duration": lasted}
    about = _about(incident, Level(level), name, {**payload, "about": back, "still": still})
    plans = [
        NoticePlan(NoticeKind.MASS_OVER, Contact(to, channel=channel, language=language, time_zone=zone), now)
        for channel, to, language, zone in told
    ]
    return owe(connection, plans, about, now)


def tell_after_all(connection: sqlite3.Connection, incident: int, now: datetime) -> None:
    """Of those that are not back with the others the operator hears one by one, as of any outage."""
    connection.execute(
        "UPDATE notices SET state = 'owed', due_at = max(due_at, ?1), not_before = NULL, last_error = '',"
        " ended_at = NULL WHERE state = 'superseded' AND last_error = ?2"
        " AND account IN (SELECT value FROM json_each(?3))"
        " AND incident IN (SELECT incident FROM accounts WHERE key = notices.account)",
        (written(now), TOLD_WITH_IT, listed(keys(connection, incident, down=True))),
    )


def _names(connection: sqlite3.Connection, accounts: list[int]) -> list[str]:
    rows = connection.execute(
        "SELECT gateway || '/' || session FROM accounts WHERE key IN (SELECT value FROM json_each(?)) ORDER BY 1",
        (listed(accounts),),
    )
    return [row[0] for row in rows]


def _payload(blast: Blast) -> Mapping[str, object]:
    return {"level": blast.level, "subject": blast.name, "total": blast.total, "network": blast.network}


def _about(incident: int, level: Level, name: str, payload: Mapping[str, object]) -> About:
    named = {key: value[:_LISTED] if isinstance(value, list) else value for key, value in payload.items()}
    return About(incident, gateway=name if level is Level.GATEWAY else None, payload=named)


def _operators(connection: sqlite3.Connection, terms: Terms, blast: int) -> list[Contact]:
    """Those who hear of any of its gateways, each once."""
    found: dict[tuple[str, str], Contact] = {}
    for gateway in gateways_of(connection, blast):
        for contact in operators_of(connection, terms.directory, gateway):
            found.setdefault((contact.channel, contact.address), contact)
    return list(found.values())
