"""Which accounts are meant: the one selector grammar of every command that takes several."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from healthcheckd.domain.durations import parse_duration
from healthcheckd.domain.naming import check_known, no_such
from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.errors import UsageError

_Word = TypeVar("_Word", bound=StrEnum)
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_LIMIT = re.compile(r"[0-9]{1,9}")


class Sort(StrEnum):
    """What a list is ordered by; `worst` is by health, then longest first."""

    WORST = "worst"
    ID = "id"
    NAME = "name"
    CUSTOMER = "customer"
    SINCE = "since"
    CHECKED = "checked"


@dataclass(frozen=True, slots=True)
class Selection:
    """Accounts for which everything stated holds; several values of one kind are alternatives.

    `since` keeps those whose trouble began at that instant or later. `limit` 0 is no limit.
    """

    gateways: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    healths: tuple[Health, ...] = ()
    connections: tuple[Connection, ...] = ()
    causes: tuple[Cause, ...] = ()
    since: datetime | None = None
    needs_person: bool = False
    unproven: bool = False
    sort: Sort = Sort.WORST
    descending: bool = False
    limit: int = 0

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out, apart from the limit."""
        return self != Selection(sort=self.sort, descending=self.descending, limit=self.limit)


KEYS = (
    "gateway", "tag", "customer", "health", "connection", "cause", "since", "needs-person", "unproven", "sort", "limit"
)  # fmt: skip


def parse_selection(asked: Mapping[str, Sequence[str]], now: datetime) -> Selection:
    """From option or query-string values, by the keys of `KEYS`. Raises `UsageError`, `UnknownName` for a word that
    is none of the known ones."""
    for key in asked:
        check_known("selector", key, KEYS)
    sort = _last(asked, "sort") or Sort.WORST
    return Selection(
        gateways=_texts(asked, "gateway"),
        tags=_texts(asked, "tag"),
        customers=_texts(asked, "customer"),
        healths=_words(asked, "health", Health),
        connections=_words(asked, "connection", Connection),
        causes=_words(asked, "cause", Cause),
        since=parse_since(since, now) if (since := _last(asked, "since")) else None,
        needs_person=_flag(asked, "needs-person"),
        unproven=_flag(asked, "unproven"),
        sort=_word("sort", sort.removeprefix("-"), Sort),
        descending=sort.startswith("-"),
        limit=parse_limit(_last(asked, "limit") or "0"),
    )


def as_query(selection: Selection) -> list[tuple[str, str]]:
    """The selection as key and value pairs that `parse_selection` reads back to the same."""
    pairs = [("gateway", name) for name in selection.gateways]
    pairs += [("tag", tag) for tag in selection.tags]
    pairs += [("customer", customer) for customer in selection.customers]
    pairs += [("health", health.value) for health in selection.healths]
    pairs += [("connection", connection.value) for connection in selection.connections]
    pairs += [("cause", cause.value) for cause in selection.causes]
    if selection.since is not None:
        pairs.append(("since", selection.since.isoformat()))
    pairs += [("needs-person", "true")] * selection.needs_person + [("unproven", "true")] * selection.unproven
    if selection.sort is not Sort.WORST or selection.descending:
        pairs.append(("sort", f"{'-' * selection.descending}{selection.sort}"))
    return pairs + [("limit", str(selection.limit))] * bool(selection.limit)


def parse_since(text: str, now: datetime) -> datetime:
    """`2h`, `30 minutes`, `3 days` back from now; `today`, `yesterday`; or a date or instant in ISO form. Days,
    and what names no zone, are those of the zone that `now` is in."""
    try:
        return (now - parse_duration(text)).astimezone(UTC)
    except ValueError:
        hint = "write 2h, 30 minutes, 3 days, yesterday or 2026-01-31"
        what = f"“{text}” is neither a length of time nor a date"
        return _instant(text, now, UsageError(what, where="since", hint=hint))


def parse_until(text: str, now: datetime) -> datetime:
    """`tomorrow`, or a date or instant in ISO form, in the zone that `now` is in."""
    hint = "write tomorrow, 2026-01-31 or 2026-01-31T14:00"
    return _instant(text, now, UsageError(f"“{text}” is no date", where="until", hint=hint))


def _instant(text: str, now: datetime, wrong: UsageError) -> datetime:
    word = text.strip().lower()
    try:
        if word in _DAYS:
            day = now.date() + timedelta(days=_DAYS[word])
            return datetime.combine(day, time(), now.tzinfo).astimezone(UTC)
        instant = datetime.fromisoformat(word.upper())
        return (instant if instant.tzinfo else instant.replace(tzinfo=now.tzinfo)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise wrong from error


def _texts(asked: Mapping[str, Sequence[str]], key: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(asked.get(key, ())))


def _words(asked: Mapping[str, Sequence[str]], key: str, words: type[_Word]) -> tuple[_Word, ...]:
    return tuple(dict.fromkeys(_word(key, text, words) for text in asked.get(key, ())))


def _word(key: str, text: str, words: type[_Word]) -> _Word:
    """A word in any case, with `-` or a space for `_`: as people type it."""
    plain = re.sub(r"[ _-]", "", text).lower()
    for word in words:
        if word.value.replace("_", "").lower() == plain:
            return word
    raise no_such(key, text, [word.value for word in words])


def _last(asked: Mapping[str, Sequence[str]], key: str) -> str:
    values = asked.get(key, ())
    return values[-1].strip() if values else ""


def _flag(asked: Mapping[str, Sequence[str]], key: str) -> bool:
    text = _last(asked, key).lower() if asked.get(key) else "false"
    if text in {"", "1", "true", "yes"}:
        return True
    if text in {"0", "false", "no"}:
        return False
    raise UsageError(f"“{text}” is neither yes nor no", where=key, hint=f"{key}=true")


def parse_limit(text: str) -> int:
    if not _LIMIT.fullmatch(text):
        raise UsageError(f"“{text}” is not a number of lines", where="limit", hint="--limit 20")
    return int(text)
