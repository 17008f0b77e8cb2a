"""Commands on accounts: each one transaction, done whole or not at all."""

from collections.abc import Mapping, Sequence

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.importing import ImportRow
from healthcheckd.domain.profile import Value, show_value
from healthcheckd.domain.reports.accounts import Change, ChangeReport
from healthcheckd.domain.selection import Selection
from healthcheckd.errors import HealthcheckError, Refused, UsageError
from healthcheckd.ports.control import Verb
from healthcheckd.store import moves
from healthcheckd.store.attempts import IsConnected
from healthcheckd.store.desk import Desk, refuse_listed
from healthcheckd.store.lookup import by_key, create, key_of, same_session
from healthcheckd.store.profiles import differences, profile_of, write_profile
from healthcheckd.store.verbs import VERBS
from healthcheckd.store.views.accounts import where
from healthcheckd.store.views.names import check_gateway, check_selection
from healthcheckd.store.views.viewpoint import ask

_MOST_TOLD = 10


def add(desk: Desk, account: AccountId, profile: Mapping[str, Value]) -> ChangeReport:
    """Raises `UnknownName` for the gateway, `UsageError` for an account that is there already."""
    check_gateway(desk.connection, account.gateway)
    if _key(desk, account) is not None:
        raise UsageError(f"{account} is there already", hint=f"healthcheck accounts set {account}")
    changes = _add(desk, account, profile)
    return ChangeReport(changes)


def change(desk: Desk, account: AccountId, profile: Mapping[str, Value]) -> ChangeReport:
    """Raises `UnknownName`, and `Refused` naming file and line for a field that a file owns."""
    key = key_of(desk.connection, account)
    return ChangeReport(_change(desk, key, profile))


def move(desk: Desk, account: AccountId, to: AccountId) -> ChangeReport:
    """The account goes on at another address; an account that is known there, and was linked, is not overwritten."""
    key = key_of(desk.connection, account)
    refuse_listed(desk, key, "moved")
    check_gateway(desk.connection, to.gateway)
    other = _any_key(desk, to)
    if other == key:
        return ChangeReport()
    if other is not None:
        _make_room(desk, other, to)
    moves.move(desk.connection, key, to)
    return ChangeReport((Change(str(account), "id", str(account), str(to)),))


def act(desk: Desk, verb: Verb, accounts: Selection | AccountId) -> ChangeReport:
    """The same word for each; one that is refused refuses all. Where there was nothing to do there is no change."""
    changes = (_done(desk, verb, key, named=isinstance(accounts, AccountId)) for key in _chosen(desk, accounts))
    return ChangeReport(tuple(one for one in changes if one is not None))


def _done(desk: Desk, verb: Verb, key: int, *, named: bool) -> Change | None:
    """Among many, those that are connected are passed over; whoever names one is told."""
    try:
        return VERBS[verb.name](desk, key, verb)
    except IsConnected:
        if named:
            raise
        return None


def load(desk: Desk, rows: Sequence[ImportRow], apply: bool) -> ChangeReport:
    """Everything that stands in the way is named at once; only then, and only with `apply`, is anything written."""
    faults: list[str] = []
    planned = [(row, _planned(desk, row, faults)) for row in rows]
    if faults:
        more = f"\nand {len(faults) - _MOST_TOLD} more" if len(faults) > _MOST_TOLD else ""
        raise Refused("\n".join(faults[:_MOST_TOLD]) + more, hint="nothing was changed; mend these lines and try again")
    if apply:
        for row, changes in planned:
            if changes:
                _put(desk, row.id, row.values)
    return ChangeReport(tuple(one for _, changes in planned for one in changes), apply)


def _planned(desk: Desk, row: ImportRow, faults: list[str]) -> tuple[Change, ...]:
    try:
        key = _key(desk, row.id)
        if key is not None:
            return differences(profile_of(desk.connection, key), row.values)
        check_gateway(desk.connection, row.id.gateway)
        return _added(row.id, row.values)
    except HealthcheckError as error:
        faults.append(f"line {row.line}: {error}{f' ({error.hint})' if error.hint else ''}")
        return ()


def _put(desk: Desk, account: AccountId, values: Mapping[str, Value]) -> None:
    key = _key(desk, account)
    if key is None:
        _add(desk, account, values)
    else:
        _change(desk, key, values)


def _add(desk: Desk, account: AccountId, values: Mapping[str, Value]) -> tuple[Change, ...]:
    key = create(desk.connection, account, desk.now)
    write_profile(desk.connection, desk.terms, key, values, desk.now)
    return _added(account, values)


def _added(account: AccountId, values: Mapping[str, Value]) -> tuple[Change, ...]:
    stated = (
        Change(str(account), field, "", show_value(value)) for field, value in values.items() if show_value(value)
    )
    return (Change(str(account), "add"), *stated)


def _change(desk: Desk, key: int, values: Mapping[str, Value]) -> tuple[Change, ...]:
    changes = differences(profile_of(desk.connection, key), values)
    changed = {one.key: values[one.key] for one in changes}
    write_profile(desk.connection, desk.terms, key, changed, desk.now)
    return changes


def _make_room(desk: Desk, key: int, to: AccountId) -> None:
    """What was removed, or never linked and is named by nobody, gives way; it has no history worth keeping."""
    other = profile_of(desk.connection, key)
    removed = desk.connection.execute("SELECT removed_at IS NOT NULL FROM accounts WHERE key = ?", (key,)).fetchone()[0]
    if not removed and (other.stated or by_key(desk.connection, key).vitals.linked):
        raise Refused(f"{to} is an account of its own", hint=f"healthcheck accounts remove {to}")
    desk.connection.execute("DELETE FROM accounts WHERE key = ?", (key,))


def _chosen(desk: Desk, accounts: Selection | AccountId) -> list[int]:
    if not isinstance(accounts, Selection):
        return [key_of(desk.connection, accounts)]
    check_selection(desk.connection, accounts)
    condition, values = where(accounts)
    limit = f" LIMIT {accounts.limit:d}" if accounts.limit else ""
    query = f"SELECT key FROM account_states WHERE {condition} ORDER BY gateway, session{limit}"
    return [row["key"] for row in ask(desk.connection, query, values)]


def _key(desk: Desk, account: AccountId) -> int | None:
    """The account at this address, however its name was composed, unless it was removed."""
    key = _any_key(desk, account)
    if key is None or ask(desk.connection, "SELECT 1 FROM accounts WHERE key = ? AND removed_at IS NOT NULL", (key,)):
        return None
    return key


def _any_key(desk: Desk, account: AccountId) -> int | None:
    rows = ask(desk.connection, "SELECT key FROM accounts WHERE gateway = ? AND session = ?", account)
    return rows[0]["key"] if rows else same_session(desk.connection, *account)
