"""Who hears of what: the contacts of the configuration, and what each of them is there for. Pure."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from fnmatch import fnmatchcase

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.contacts import Audience, Contact, Role
from healthcheckd.domain.matching import Reach
from healthcheckd.domain.quiet import QuietHours


@dataclass(frozen=True, slots=True)
class Place:
    """Where an account stands, as far as it matters here. `labels` are its gateway's."""

    id: AccountId
    customer: str = ""
    tags: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """One contact, and what it is told of: what lies within `reach` on gateways with these `labels` (patterns too).
    `quiet` are hours on the clock of `zone`."""

    contact: Contact
    role: Role
    reach: Reach = field(default_factory=Reach)
    labels: Mapping[str, str] = field(default_factory=dict)
    quiet: QuietHours | None = None
    zone: tzinfo = UTC

    @property
    def narrowed(self) -> bool:
        return bool(self.labels) or not self.reach.everything

    def leads_to(self, place: Place, named: Collection[str]) -> bool:
        """Accounts that name a contact reach it always; an owner who is stated nowhere is owner of nothing."""
        if self.contact.name and self.contact.name in named:
            return True
        return self.covers(place) if self.narrowed else self.role is Role.OPERATOR

    def covers(self, place: Place) -> bool:
        return self.reach.covers(place.id, place.customer, place.tags) and self._labelled(place.labels)

    def concerns(self, gateway: str, labels: Mapping[str, str], places: Callable[[], Iterable[Place]]) -> bool:
        """A gateway as a whole, or for the sake of one of its accounts."""
        if self.reach.covers_gateway(gateway):
            return self._labelled(labels)
        return any(self.covers(place) for place in places())

    def quiet_until(self, now: datetime) -> datetime | None:
        return self.quiet.over_at(now, self.zone) if self.quiet else None

    def _labelled(self, labels: Mapping[str, str]) -> bool:
        return all(fnmatchcase(labels.get(label, ""), wanted) for label, wanted in self.labels.items())


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody that the configuration names. `named` are the contacts that an account names, by its id; `carriers`
    the gateway, or the account, by which a channel's messages travel; `pagers` the channels that open an alert for
    each incident."""

    routes: tuple[Route, ...] = ()
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    carriers: Mapping[str, str] = field(default_factory=dict)
    pagers: frozenset[str] = frozenset()

    def audience(self, place: Place) -> Audience:
        """Of an account. Whom only this very account could carry the message to is passed over; of operators somebody
        is always left."""
        named = self.named.get(unicodedata.normalize("NFC", str(place.id)), ())
        routes = [route for route in self.routes if route.leads_to(place, named)]
        owners, operators = (_contacts([one for one in routes if one.role is role]) for role in Role)
        free = self._reachable(operators, place)
        return Audience(self._reachable(owners, place), free or operators)

    def of_gateway(
        self, gateway: str, labels: Mapping[str, str], places: Callable[[], Iterable[Place]]
    ) -> tuple[Contact, ...]:
        """The operators of a gateway: those of any account on it, or of the gateway itself."""
        operators = self._operators()
        return _contacts([route for route in operators if route.concerns(gateway, labels, places)] or operators)

    def of_everything(self) -> tuple[Contact, ...]:
        """The operators of what concerns no single account or gateway: those who are there for everything, if
        there are any."""
        operators = self._operators()
        return _contacts([route for route in operators if not route.narrowed] or operators)

    def route(self, role: str, channel: str, address: str) -> Route | None:
        """By which a notice that is owed goes; None for an account's own addresses."""
        way = (channel, address)
        return next((route for route in self.routes if route.role == role and route.contact.way == way), None)

    def carries(self, channel: str, account: AccountId) -> bool:
        """Whether messages of this channel travel by this account; of a whole gateway any account may be the one."""
        carrier = self.carriers.get(channel)
        return carrier is not None and carrier in (account.gateway, str(account))

    def _operators(self) -> list[Route]:
        return [route for route in self.routes if route.role is Role.OPERATOR]

    def _reachable(self, contacts: Iterable[Contact], place: Place) -> tuple[Contact, ...]:
        return tuple(contact for contact in contacts if not self.carries(contact.channel, place.id))


def plain_operators(addresses: Iterable[str]) -> tuple[Route, ...]:
    """Those of `operator.email`: by mail, of everything."""
    return tuple(Route(Contact(address), Role.OPERATOR) for address in addresses)


def merged(first: Iterable[Contact], others: Iterable[Contact]) -> tuple[Contact, ...]:
    """Each way once; of two contacts with the same one the first stays."""
    found: dict[tuple[str, str], Contact] = {}
    for contact in (*first, *others):
        found.setdefault(contact.way, contact)
    return tuple(found.values())


def in_tune(contact: Contact, account: Contact) -> Contact:
    """What the contact does not state itself is as the account has it."""
    return replace(
        contact,
        language=contact.language or account.language,
        time_zone=contact.time_zone or account.time_zone,
        after=account.after if contact.after is None else contact.after,
    )


def _contacts(routes: Iterable[Route]) -> tuple[Contact, ...]:
    return merged((route.contact for route in routes), ())
