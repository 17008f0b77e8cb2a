"""Who of a blast is brought back next: chosen among those that have an attempt owed that nothing else forbids."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from json import loads
from typing import NamedTuple

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.canary import Fate, Stage, Turn, fate, turn
from healthcheckd.domain.observations import Connection
from healthcheckd.ports.store import Event
from healthcheckd.store.allowed import ALLOWED
from healthcheckd.store.blasts.gathering import event_of
from healthcheckd.store.blasts.standing import DOWN, Blast
from healthcheckd.store.maintenance import present_windows
from healthcheckd.store.rows import Row, listed, written
from healthcheckd.store.terms import Terms

CANARY, FEW = 1, 2
"""Waves."""


@dataclass(frozen=True, slots=True)
class _Chosen:
    account: int
    wave: int
    fate: Fate
    unread: bool


class _Choice(NamedTuple):
    """How many to choose of a blast, for which wave."""

    blast: int
    wave: int
    number: int


def bring_back(connection: sqlite3.Connection, terms: Terms, blast: Blast, now: datetime) -> list[Event]:
    """Nothing is decided about one that was not read again since we woke up."""
    chosen = _chosen(connection, blast.incident)
    if any(one.unread for one in chosen):
        return []
    if idle := [one.account for one in chosen if one.fate is Fate.IDLE]:
        _release(connection, blast.incident, idle)
    standing = [one for one in chosen if one.fate is not Fate.IDLE]
    canary = next((one.fate for one in standing if one.wave == CANARY), None)
    few = [one.fate for one in standing if one.wave == FEW]
    decided = turn(blast.trial, canary, few, terms.policy.blast, now)
    _carry_out(connection, terms, blast, decided, now)
    if decided.trial.stage is blast.trial.stage:
        return []
    return [event_of(connection, blast.incident, decided.why.value, now)]


def _chosen(connection: sqlite3.Connection, blast: int) -> list[_Chosen]:
    rows = connection.execute(
        f"SELECT account, wave, connection, {DOWN}, coalesce((SELECT result FROM attempts"
        "  WHERE attempts.account = blast_members.account AND started_at >= chosen_at AND ended_at IS NOT NULL"
        "  ORDER BY started_at DESC LIMIT 1), ''),"
        " EXISTS (SELECT 1 FROM attempts WHERE attempts.account = blast_members.account AND ended_at IS NULL),"
        " active = 1 AND removed_at IS NULL,"
        " (SELECT awake_at IS NOT NULL AND coalesce(last_checked_at, '') < awake_at FROM daemon)"
        " FROM blast_members CROSS JOIN account_states AS accounts ON accounts.key = account"
        " WHERE blast = ? AND wave > 0",
        (blast,),
    )
    return [_as_chosen(row) for row in rows.fetchall()]


def _as_chosen(row: Row) -> _Chosen:
    account, wave, connection, down, result, owed, watched, unread = row
    found = fate(Connection(connection), result, down=bool(down), owed=bool(owed)) if watched else Fate.IDLE
    return _Chosen(account, wave, found, bool(unread and watched))


def _carry_out(connection: sqlite3.Connection, terms: Terms, blast: Blast, decided: Turn, now: datetime) -> None:
    trial = decided.trial
    if decided.afresh:
        connection.execute(
            "UPDATE blast_members SET wave = 0, chosen_at = NULL WHERE blast = ? AND wave > 0", (blast.incident,)
        )
    if trial != blast.trial:
        connection.execute(
            "UPDATE blasts SET stage = ?, stage_since = ?, stops = ? WHERE incident = ?",
            (trial.stage, written(trial.since), trial.stops, blast.incident),
        )
    if decided.choose:
        wave = FEW if trial.stage is Stage.FEW else CANARY
        _choose(connection, terms, _Choice(blast.incident, wave, decided.choose), now)


def _choose(connection: sqlite3.Connection, terms: Terms, choice: _Choice, now: datetime) -> None:
    """Those whose turn would come first anyway, and who are not in maintenance."""
    rows = connection.execute(
        f"SELECT attempts.account, accounts.gateway, accounts.session, customer, tags {ALLOWED} AND attempts.by = ''"
        " AND attempts.account IN (SELECT account FROM blast_members WHERE blast = ? AND wave = 0)"
        " ORDER BY due_at, attempts.id",
        (written(now), choice.blast),
    )
    windows = present_windows(terms, now)
    free = (row[0] for row in rows if not any(window.reach.covers(*_whose(row)) for window in windows))
    connection.executemany(
        "UPDATE blast_members SET wave = ?, chosen_at = ? WHERE blast = ? AND account = ?",
        [(choice.wave, written(now), choice.blast, account) for account in list(islice(free, choice.number))],
    )


def _whose(row: Row) -> tuple[AccountId, str, list[str]]:
    return AccountId(row[1], row[2]), row[3], loads(row[4])


def _release(connection: sqlite3.Connection, blast: int, accounts: list[int]) -> None:
    connection.execute(
        "UPDATE blast_members SET wave = 0, chosen_at = NULL WHERE blast = ?"
        " AND account IN (SELECT value FROM json_each(?))",
        (blast, listed(accounts)),
    )
