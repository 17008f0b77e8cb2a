"""Opening a database to read from it."""

import sqlite3

START = "systemctl start healthcheckd, or healthcheckd in the foreground"
"""How the daemon is started."""


def connect(uri: str) -> sqlite3.Connection:
    """Inside a read transaction, so that all parts of a report are of one moment."""
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=2)
    try:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection
