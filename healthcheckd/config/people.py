"""`[[contacts]]`: each read by its keys, then what only several keys, contacts or tables can get wrong."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from healthcheckd.config import values
from healthcheckd.config.documents import Entry
from healthcheckd.config.faults import suggest
from healthcheckd.config.keys import CONTACT
from healthcheckd.config.reading import Reader
from healthcheckd.config.values import Wrong
from healthcheckd.domain.contacts import Role
from healthcheckd.domain.notices import GOOD_NEWS, OPERATOR_KINDS, OWNER_KINDS
from healthcheckd.settings import AccountSettings, ChannelSettings, ContactSettings, Secret
from healthcheckd.settings.directory import ALARMS

EMAIL = "email"


@dataclass(frozen=True, slots=True)
class People:
    """What is written of contacts. `channels` are all names that are written, also of channels with faults;
    `usable` those without."""

    reader: Reader
    gateways: Collection[str]
    channels: Collection[str]
    usable: Mapping[str, ChannelSettings]

    def read(self, entries: list[Entry]) -> tuple[ContactSettings, ...]:
        found: dict[str, ContactSettings] = {}
        for entry in entries:
            self.reader.require(entry, CONTACT)
            fields = self.reader.fields(entry.body, CONTACT)
            if "name" not in fields:
                continue
            contact = ContactSettings(**fields, origin=entry.origin)  # type: ignore[arg-type]
            for key, message, hint in (*self._wrong(contact), *_twice(contact, found)):
                self.fault(entry, key, message, hint)
            found.setdefault(contact.name, contact)
        return tuple(found.values())

    def fault(self, entry: Entry, key: str, message: str, hint: str = "") -> None:
        """At the key, or where the table begins when it is not written."""
        written = entry.body.get(key)
        origin, name = (written.origin, written.name) if written else (entry.origin, entry.called(key))
        value = written.value if written else None
        self.reader.faults.add(origin, name, Secret(value) if _is_url(value) else value, message, hint)

    def _wrong(self, contact: ContactSettings) -> Iterator[tuple[str, str, str]]:
        if _is_url(contact.channel):
            yield "channel", "must be the name of a channel; its URL stands in [[channels]]", ""
        elif contact.channel not in {EMAIL, *self.channels}:
            known = suggest(contact.channel, [EMAIL, *self.channels])
            yield "channel", f"there is no channel named {contact.channel}", known
        elif message := self._wrong_address(contact):
            yield "address", message, ""
        hears = OWNER_KINDS if contact.role is Role.OWNER else OPERATOR_KINDS
        pages = contact.channel in self.usable and self.usable[contact.channel].pages
        hears = hears & (ALARMS | GOOD_NEWS) if pages else hears
        by = " by a pager" if pages else ""
        for kind in contact.kinds:
            if kind not in hears:
                yield "kinds", f"{kind} is nothing that an {contact.role} hears of{by}", suggest(kind, sorted(hears))
        if unknown := [one for one in contact.gateways if not set("*?[") & set(one) and one not in self.gateways]:
            yield "gateways", f"there is no gateway named {unknown[0]}", suggest(unknown[0], sorted(self.gateways))

    def _wrong_address(self, contact: ContactSettings) -> str:
        channel = self.usable.get(contact.channel)
        if contact.channel == EMAIL:
            return _refused_by(values.address, contact.address)
        if channel is None or not channel.placeholders:
            return ""
        if "phone" in channel.placeholders:
            return _refused_by(values.phone, contact.address)
        return "" if contact.address else f"is required: the url of channel {channel.name} has a place for it"


def check_named(
    accounts: Collection[AccountSettings], entries: list[Entry], contacts: Collection[str], reader: Reader
) -> None:
    """Note the contacts that accounts name and nobody wrote."""
    for account, entry in ((one, entry) for one in accounts for entry in entries if entry.origin == one.origin):
        for name in account.contacts or ():
            if name not in contacts:
                where = entry.body["contacts"]
                known = suggest(name, sorted(contacts)) if contacts else "write a [[contacts]] with this name"
                reader.faults.add(where.origin, where.name, where.value, f"there is no contact named {name}", known)


def _twice(contact: ContactSettings, found: Mapping[str, ContactSettings]) -> Iterator[tuple[str, str, str]]:
    if (first := found.get(contact.name)) is not None:
        yield "name", f"is the name of another contact: {first.origin}", ""
        return
    for other in found.values():
        same = (other.channel, other.role, other.address) == (contact.channel, contact.role, contact.address)
        if contact.address and same:
            yield "address", f"is that of contact {other.name} too, by the same channel: {other.origin}", ""


def _is_url(value: object) -> TypeGuard[str]:
    """For apprise all of it may be secret."""
    return isinstance(value, str) and "://" in value


def _refused_by(parse: values.Parser, value: str) -> str:
    try:
        parse(value)
    except Wrong as error:
        return str(error) if value else f"is required, and {error}"
    return ""
