"""What a person does next about an account."""

import shlex
from typing import NamedTuple

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.observations import Cause
from healthcheckd.domain.reconnection import NEEDS_PERSON

FOR_A_PERSON = (NEEDS_PERSON | {Cause.FLAPPING}) - {Cause.GONE}
"""Causes that wait for a person, however young the outage. What is gone is only mentioned."""


class Advice(NamedTuple):
    """A command to type, or a few words where no command helps."""

    command: str = ""
    words: str = ""


_WORDS = {
    Cause.BANNED: "banned by WhatsApp: ask for a review in the app",
    Cause.REPLACED: "in use by another client: stop one of the two",
    Cause.OUTDATED_CLIENT: "the gateway's client is outdated: update the gateway",
    Cause.NUMBER_CHANGED: "another number is linked here: find out who linked it",
    Cause.TEMPORARY_BAN: "banned for a while: send nothing, and wait",
    Cause.RATE_LIMITED: "limited by WhatsApp: send less, and wait",
}
_COMMANDS = {
    Cause.LOGGED_OUT: "healthcheck pair",
    Cause.NEEDS_PAIRING: "healthcheck pair",
    Cause.STOPPED: "healthcheck reconnect",
    Cause.FLAPPING: "healthcheck history",
}
_ELSEWHERE = {
    "meta": {
        Cause.LOGGED_OUT: "deleted or migrated: look in Meta Business Manager",
        Cause.NEEDS_PAIRING: "not registered: look in Meta Business Manager, and register it with its PIN",
        Cause.BANNED: "banned by Meta: ask for a review in Meta Business Manager",
        Cause.UNKNOWN: "look in Meta Business Manager",
    },
}
"""By kind of gateway, where an account is mended with its maker alone: what is not named is as unknown."""


def advise(account: AccountId, cause: Cause | None, kind: str = "") -> Advice:
    """`kind` is that of the account's gateway."""
    if words := _ELSEWHERE.get(kind):
        return Advice(words=words.get(cause or Cause.UNKNOWN, words[Cause.UNKNOWN]))
    if cause in _WORDS:
        return Advice(words=_WORDS[cause])
    command = "healthcheck accounts show" if cause is None else _COMMANDS.get(cause, "healthcheck accounts show")
    return Advice(command=f"{command} {shlex.quote(str(account))}")
