"""How single values look on every screen."""

from healthcheckd.cli.output import Part, Style
from healthcheckd.domain.observations import Cause, Connection, Health

_STYLES = {
    Health.HEALTHY: Style.GOOD,
    Health.WARNING: Style.WARN,
    Health.CRITICAL: Style.BAD,
    Health.UNKNOWN: Style.DIM,
}

_CONNECTIONS = {Connection.NEEDS_PAIRING: "needs pairing", Connection.LOGGED_OUT: "logged out"}


def health(grade: Health) -> Part:
    return Part(grade.value, _STYLES[grade])


def why(cause: Cause | None, connection: Connection) -> str:
    """The cause in words; where none is known, what the connection is."""
    return phrase(cause.value) if cause and cause is not Cause.UNKNOWN else standing(connection)


def phrase(word: str) -> str:
    """A stable word of ours as people write it."""
    return word.replace("_", " ")


def standing(connection: Connection) -> str:
    return _CONNECTIONS.get(connection, connection.value.lower())


def amount(grade: Health, number: int) -> Part:
    """`Warning 9`, loud only where there is something to be loud about."""
    loud = number and grade is not Health.HEALTHY
    return Part(f"{grade.value} {number:,}", _STYLES[grade] if loud else Style.PLAIN)
