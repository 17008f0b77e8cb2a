"""What was committed, as log lines in the words people search for."""

import logging
from collections.abc import Callable, Mapping, Sequence

from healthcheckd.domain.observations import Health
from healthcheckd.domain.verdicts import Reason
from healthcheckd.ports.store import Event

logger = logging.getLogger("healthcheckd")

MANY = 50
"""So many are no longer told one by one."""

Line = tuple[int, str]
Data = Mapping[str, object]


def chronicle(events: Sequence[Event]) -> None:
    """Write one line for each event that people care for, and a single one for many accounts that are new and well."""
    new = [event for event in events if _new_and_well(event)]
    if len(new) > MANY:
        words = "%d accounts are connected, seen for the first time: marking them as Healthy"
        logger.info(words, len(new), extra={"action": "transition", "accounts": len(new)})
        events = [event for event in events if not _new_and_well(event)]
    for event in events:
        told = _TELL.get(event.kind)
        line = told(str(event.account or ""), event.data) if told else None
        if line is not None:
            level, words = line
            logger.log(level, "%s", words, extra={"action": event.kind, "account": str(event.account or "")})


def _new_and_well(event: Event) -> bool:
    first = event.kind == "transition" and event.data.get("reason") == Reason.FIRST_SEEN
    return first and event.data.get("health_to") == Health.HEALTHY


def _transition(account: str, data: Data) -> Line | None:
    health, connection = str(data.get("health_to", "")), str(data.get("connection_to", ""))
    cause = f" ({data['cause']})" if data.get("cause") else ""
    if health == "Critical" and data.get("health_from") != "Critical":
        return logging.ERROR, f"Account {account} has been offline too long, marking as Critical{cause}"
    if health == "Warning" and data.get("health_from") != "Warning":
        return logging.WARNING, f"Account {account} appears {_appears(connection)}, marking as Warning{cause}"
    if health == "Healthy" and data.get("health_from") != "Healthy":
        return logging.INFO, f"Account {account} is connected, marking as Healthy"
    return logging.INFO, f"Account {account} is {connection}, {health}{cause}"


def _appears(connection: str) -> str:
    """The user's word for most of it; the rest by their own."""
    words = {"Unreachable": "unreachable", "LoggedOut": "logged out", "Stopped": "stopped", "Connected": "impaired"}
    return words.get(connection, "disconnected")


def _attempt(account: str, data: Data) -> Line | None:
    state, detail = str(data.get("state", "")), str(data.get("detail") or "")
    if state == "started":
        return logging.INFO, f"Attempting to reconnect account {account}"
    if state == "connected":
        return logging.INFO, f"Account {account} was reconnected"
    return logging.WARNING, f"Reconnection of account {account} ended: {state}{': ' + detail if detail else ''}"


def _gateway(account: str, data: Data) -> Line | None:
    name, error = data.get("gateway", ""), data.get("error", "")
    if error:
        return logging.ERROR, f"Gateway {name} does not answer: {error}"
    return logging.INFO, f"Gateway {name} answers again"


def _incident(account: str, data: Data) -> Line | None:
    """Of many accounts at once; the outages of single ones are told as transitions."""
    if data.get("scope") != "blast":
        return None
    subject, step, number = data.get("subject"), str(data.get("step", "")), data.get("accounts")
    if step == "end":
        return logging.INFO, f"{subject}: nearly all of the {number} accounts that fell together are back"
    if step in {"open", "reopen", "recause"}:
        return logging.ERROR, f"{subject}: {number} accounts fell together"
    return logging.INFO, f"{subject}: {step}"


_TELL: Mapping[str, Callable[[str, Data], Line | None]] = {
    "transition": _transition,
    "attempt": _attempt,
    "gateway": _gateway,
    "incident": _incident,
}
