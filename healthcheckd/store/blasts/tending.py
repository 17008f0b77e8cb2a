"""What an open blast comes to as time passes: told of, brought back, over."""

import sqlite3
from datetime import datetime

from healthcheckd.domain.blast import Level
from healthcheckd.domain.canary import Stage
from healthcheckd.domain.incidents import Ending
from healthcheckd.ports.store import Event, Tended
from healthcheckd.store.blasts.gathering import describe_blast, event_of
from healthcheckd.store.blasts.standing import Blast, has_passed, open_blasts
from healthcheckd.store.blasts.telling import owe_mass_fall, owe_mass_over, tell_after_all
from healthcheckd.store.blasts.trying import bring_back
from healthcheckd.store.incidents import end_incident
from healthcheckd.store.owing import supersede
from healthcheckd.store.rows import written
from healthcheckd.store.terms import Terms


def tend(connection: sqlite3.Connection, terms: Terms, now: datetime) -> Tended:
    events: list[Event] = []
    doubtful = []
    for blast in open_blasts(connection):
        if has_passed(connection, blast.incident):
            events += end(connection, blast, now)
            continue
        if blast.level is Level.NETWORK and not blast.network:
            doubtful.append(blast.incident)
        if blast.settled_at is None and now >= blast.opened_at + terms.policy.blast.window:
            events += settle(connection, terms, blast, now)
        events += bring_back(connection, terms, blast, now)
    return Tended(tuple(events), tuple(doubtful))


def note_network(connection: sqlite3.Connection, blast: int, works: bool) -> None:
    connection.execute(
        "UPDATE blasts SET network = ? WHERE incident = ? AND stage <> 'over'", ("works" if works else "fails", blast)
    )
    describe_blast(connection, blast)


def settle(connection: sqlite3.Connection, terms: Terms, blast: Blast, now: datetime) -> list[Event]:
    """What gathered is told of; what falls later changes no more what it is called."""
    connection.execute("UPDATE blasts SET settled_at = ? WHERE incident = ?", (written(now), blast.incident))
    describe_blast(connection, blast.incident)
    return owe_mass_fall(connection, terms, blast, now)


def end(connection: sqlite3.Connection, blast: Blast, now: datetime) -> list[Event]:
    recovered = _any_back(connection, blast.incident)
    end_incident(connection, blast.incident, now, Ending.RECOVERED if recovered else Ending.WITHDRAWN)
    connection.execute(
        "UPDATE blasts SET stage = ?, stage_since = ? WHERE incident = ?", (Stage.OVER, written(now), blast.incident)
    )
    supersede(connection, "incident = ?", (blast.incident,), "they are back", now)
    tell_after_all(connection, blast.incident, now)
    ended = event_of(connection, blast.incident, "end", now)
    return [ended, *(owe_mass_over(connection, blast.incident, now) if recovered else ())]


def _any_back(connection: sqlite3.Connection, blast: int) -> bool:
    """Whether any of them is connected again, and not merely out of our sight."""
    row = connection.execute(
        "SELECT 1 FROM blast_members CROSS JOIN accounts ON accounts.key = account"
        " WHERE blast = ? AND active = 1 AND removed_at IS NULL AND health <> 'Unknown' LIMIT 1",
        (blast,),
    ).fetchone()
    return row is not None
