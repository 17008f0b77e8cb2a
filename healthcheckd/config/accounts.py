"""`[[accounts]]`: each owns exactly the keys that it states."""

import unicodedata

from healthcheckd.config.documents import Entry
from healthcheckd.config.faults import suggest
from healthcheckd.config.keys import ACCOUNT
from healthcheckd.config.reading import Reader
from healthcheckd.settings import AccountSettings


def read_accounts(entries: list[Entry], gateways: set[str], reader: Reader) -> tuple[AccountSettings, ...]:
    """Those that can be used. `gateways` are all names that are written, also of gateways with faults."""
    found: dict[str, AccountSettings] = {}
    for entry in entries:
        reader.require(entry, ACCOUNT)
        fields = reader.fields(entry.body, ACCOUNT)
        if "id" not in fields:
            continue
        account = AccountSettings(**fields, stated=_stated(entry), origin=entry.origin)  # type: ignore[arg-type]
        if _is_new(account, entry, found, reader):
            _check_gateway(account, entry, gateways, reader)
    return tuple(found.values())


def _stated(entry: Entry) -> frozenset[str]:
    return frozenset(entry.body.keys() & ACCOUNT.keys.keys() - {"id"})


def _is_new(account: AccountSettings, entry: Entry, found: dict[str, AccountSettings], reader: Reader) -> bool:
    """Keep it; or note that one with the same id, however its accents are composed, was there before."""
    first = found.setdefault(unicodedata.normalize("NFC", account.id), account)
    if first is not account:
        where = entry.body["id"]
        reader.faults.add(where.origin, where.name, account.id, f"is the id of another account: {first.origin}")
    return first is account


def _check_gateway(account: AccountSettings, entry: Entry, gateways: set[str], reader: Reader) -> None:
    if account.gateway not in gateways:
        where = entry.body["id"]
        message = f"there is no gateway named {account.gateway}"
        reader.faults.add(where.origin, where.name, account.id, message, suggest(account.gateway, sorted(gateways)))
