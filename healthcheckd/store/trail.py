"""The audit trail: who did what, and what became of it."""

import sqlite3
from datetime import datetime

from healthcheckd.ports.control import Caller
from healthcheckd.store.rows import written


def leave(connection: sqlite3.Connection, now: datetime, caller: Caller, what: str, outcome: str) -> None:
    """`what` names accounts and fields, never their content: numbers and addresses are not for the trail."""
    connection.execute(
        "INSERT INTO audit (at, who, how, what, outcome) VALUES (?, ?, ?, ?, ?)",
        (written(now), caller.who, caller.how, what, outcome),
    )
