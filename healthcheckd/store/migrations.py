"""The steps that led to the present schema; a step is never edited once it was released."""

from sqlite_utils import Database, Migrations

from healthcheckd.store import schema

migrations = Migrations("healthcheckd")


@migrations()
def m001_first_schema(db: Database) -> None:
    for script in schema.FIRST:
        run_script(db, script)
    db.conn.execute("PRAGMA user_version = 1")


def run_script(db: Database, script: str) -> None:
    """Statement by statement: `executescript` would commit the step's transaction first."""
    for statement in filter(str.strip, script.split(";")):
        db.conn.execute(statement)
