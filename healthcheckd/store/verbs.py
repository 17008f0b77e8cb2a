"""The words that can be said of several accounts at once. Where there is nothing to do, there is no change."""

from collections.abc import Callable, Mapping

from healthcheckd.domain.accounts import FOR_GOOD
from healthcheckd.domain.notices import MUTE
from healthcheckd.domain.observations import Cause
from healthcheckd.domain.profile import show_value
from healthcheckd.domain.reports.accounts import Change
from healthcheckd.errors import Refused
from healthcheckd.ports.control import Verb
from healthcheckd.store import withdrawals
from healthcheckd.store.attempts import ask_attempt
from healthcheckd.store.desk import Desk, refuse_listed
from healthcheckd.store.lookup import by_key, discovers
from healthcheckd.store.profiles import profile_of, refuse_stated, switch
from healthcheckd.store.rows import written
from healthcheckd.store.views.viewpoint import ask
from healthcheckd.store.withholding import release


def _enable(desk: Desk, key: int, _verb: Verb) -> Change | None:
    return _switched(desk, key, on=True)


def _disable(desk: Desk, key: int, _verb: Verb) -> Change | None:
    return _switched(desk, key, on=False)


def _switched(desk: Desk, key: int, *, on: bool) -> Change | None:
    profile = profile_of(desk.connection, key)
    if profile.values["enabled"] is on:
        return None
    refuse_stated(profile, "enabled")
    switch(desk.connection, key, on, desk.now)
    return Change(str(profile.id), "enabled", show_value(not on), show_value(on))


def _adopt(desk: Desk, key: int, _verb: Verb) -> Change | None:
    if not withdrawals.adopt(desk.connection, desk.terms, key, desk.now):
        return None
    return Change(_name(desk, key), "adopted", "no", "yes")


def _mute(desk: Desk, key: int, verb: Verb) -> Change | None:
    return _muted(desk, key, written(verb.until or FOR_GOOD))


def _unmute(desk: Desk, key: int, _verb: Verb) -> Change | None:
    return _muted(desk, key, None)


def _muted(desk: Desk, key: int, until: str | None) -> Change | None:
    """A mute that has run out is none."""
    [row] = ask(
        desk.connection,
        "SELECT iif(muted_until > ?, muted_until, NULL) AS before FROM accounts WHERE key = ?",
        (written(desk.now), key),
    )
    if row["before"] == until:
        return None
    desk.connection.execute("UPDATE accounts SET muted_until = ? WHERE key = ?", (until, key))
    release(desk.connection, MUTE, desk.now, account=key)
    return Change(_name(desk, key), "muted_until", row["before"] or "", until or "")


def _reconnect(desk: Desk, key: int, verb: Verb) -> Change | None:
    if not ask_attempt(desk.connection, desk.terms, key, (desk.who, verb.force), desk.now):
        return None
    return Change(_name(desk, key), "reconnect", "", "asked for")


def _remove(desk: Desk, key: int, _verb: Verb) -> Change | None:
    """Its history stays for the reports of the past; it is no longer watched, listed or told of."""
    refuse_listed(desk, key, "removed")
    found = by_key(desk.connection, key)
    seen = found.vitals.last_checked_at is not None and found.vitals.cause is not Cause.GONE
    if seen and discovers(desk.connection, *found.id):
        raise Refused(
            f"{found.id} would be found again by the next check: its gateway still has the session",
            hint=f"healthcheck accounts disable {found.id}, or ignore it in the configuration",
        )
    withdrawals.withdraw(desk.connection, [key], "the account was removed", desk.now)
    desk.connection.execute("UPDATE accounts SET removed_at = ? WHERE key = ?", (written(desk.now), key))
    return Change(str(found.id), "remove")


def _name(desk: Desk, key: int) -> str:
    return by_key(desk.connection, key).name


VERBS: Mapping[str, Callable[[Desk, int, Verb], Change | None]] = {
    "enable": _enable,
    "disable": _disable,
    "adopt": _adopt,
    "mute": _mute,
    "unmute": _unmute,
    "reconnect": _reconnect,
    "remove": _remove,
}
