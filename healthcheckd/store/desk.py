"""Where a command on accounts is carried out."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from healthcheckd.errors import Refused
from healthcheckd.store.profiles import profile_of
from healthcheckd.store.terms import Terms


@dataclass(frozen=True, slots=True)
class Desk:
    """The connection inside its transaction, the terms in force, the instant, and who asks."""

    connection: sqlite3.Connection
    terms: Terms
    now: datetime
    who: str = ""


def refuse_listed(desk: Desk, key: int, what: str) -> None:
    """Raises `Refused`, naming file and line, for an account that a configuration file lists."""
    profile = profile_of(desk.connection, key)
    if profile.stated:
        place = next(iter(profile.stated.values()))
        hint = f"edit {place.rpartition(':')[0] or place}, then healthcheck reload"
        raise Refused(f"{profile.id} cannot be {what}: the configuration lists it", where=place, hint=hint)
