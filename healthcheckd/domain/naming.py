"""How a word that a person typed becomes the one thing it names."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from healthcheckd.domain.accounts import AccountId, digits
from healthcheckd.errors import UnknownName, UsageError

_PHONE = re.compile(r"\+?[\d ()./-]{5,}")


def check_known(kind: str, given: str, names: Sequence[str]) -> None:
    """Raises `UnknownName` for a name that is none of `names`."""
    if given not in names:
        raise no_such(kind, given, names)


def no_such(kind: str, given: str, names: Sequence[str]) -> UnknownName:
    """The error that names the nearest ones; where none is near, the first few there are."""
    near = tuple(get_close_matches(given, names, n=3, cutoff=0.6))
    hint = f"did you mean {' or '.join(near)}?" if near else f"one of: {_few(names)}" if names else ""
    return UnknownName(f"no {kind} “{given}”", candidates=near, hint=hint)


class Named(NamedTuple):
    """What an account can be called by."""

    id: AccountId
    name: str
    gateway_name: str
    phone: str | None


def resolve(text: str, accounts: Sequence[Named]) -> AccountId:
    """The account that `text` names: its full id; else session, name or phone where only one has it. What is written
    exactly so wins over what is composed otherwise, and that over other capitals. Answers the gateway's own bytes."""
    if not text.strip():
        raise UsageError("an account has to be named", hint="healthcheck accounts list")
    for fold in (str, _nfc, _folded):
        if found := _called(text, accounts, fold):
            return _only(text, found)
    near = _near(text, accounts)
    hint = f"did you mean {' or '.join(near)}?" if near else "healthcheck accounts list"
    raise UnknownName(f"no account “{text}”", candidates=near, hint=hint)


def _called(text: str, accounts: Sequence[Named], fold: Callable[[str], str]) -> list[AccountId]:
    wanted, phone = fold(text), digits(text) if _PHONE.fullmatch(text) else None
    if full := [account.id for account in accounts if fold(str(account.id)) == wanted]:
        return full
    return [
        account.id
        for account in accounts
        if wanted in {fold(account.id.session), fold(account.name), fold(account.gateway_name)}
        or (phone and digits(account.phone) == phone)
    ]


def _only(text: str, found: Sequence[AccountId]) -> AccountId:
    if len(found) == 1:
        return found[0]
    names = [str(account) for account in found]
    raise UsageError(f"“{text}” names {len(found)} accounts", hint=f"name one of: {_few(names)}")


def _near(text: str, accounts: Sequence[Named]) -> tuple[str, ...]:
    by_name = {word: str(account.id) for account in accounts for word in _callings(account) if word}
    close = get_close_matches(_folded(text), by_name, n=3, cutoff=0.6)
    return tuple(dict.fromkeys(by_name[word] for word in close))


def _callings(account: Named) -> tuple[str, ...]:
    return _folded(str(account.id)), _folded(account.id.session), _folded(account.name)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _folded(text: str) -> str:
    return _nfc(text).casefold()


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return ", ".join(names[:8]) + more
