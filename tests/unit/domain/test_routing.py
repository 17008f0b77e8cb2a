"""Who hears of an account, of a gateway, and of what concerns neither."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.contacts import Contact, Role
from healthcheckd.domain.matching import Reach
from healthcheckd.domain.routing import Directory, Place, Route, in_tune, merged, plain_operators

SHOP = Place(AccountId("eu-1", "shop"), "ACME", ("vip", "br"), {"region": "eu"})
EVERYWHERE: dict[str, str] = {}


def owner(name: str, labels: dict[str, str] = EVERYWHERE, channel: str = "email", **reach: Any) -> Route:
    return Route(Contact(f"{name}@example.com", name, channel), Role.OWNER, Reach(**reach), labels)


def operator(name: str, labels: dict[str, str] = EVERYWHERE, channel: str = "email", **reach: Any) -> Route:
    return Route(Contact(f"{name}@example.com", name, channel), Role.OPERATOR, Reach(**reach), labels)


def names(contacts: Iterable[Contact]) -> list[str]:
    return [contact.name for contact in contacts]


@pytest.mark.parametrize(
    ("route", "hears"),
    [
        (owner("a", accounts=("eu-*/*",)), True),
        (owner("a", accounts=("us/*", "eu-1/shop")), True),
        (owner("a", accounts=("us/*",)), False),
        (owner("a", gateways=("eu-*",)), True),
        (owner("a", tags=("br",)), True),
        (owner("a", tags=("es",)), False),
        (owner("a", customers=("AC*",)), True),
        (owner("a", labels={"region": "eu"}), True),
        (owner("a", labels={"region": "us"}), False),
        (owner("a", labels={"proxy": "*"}, gateways=("eu-1",)), True),
        (owner("a", labels={"proxy": "p*"}), False),
        (owner("a", tags=("vip",), gateways=("us",)), False),
        (owner("a"), False),
    ],
)
def test_an_owner_hears_of_the_accounts_for_which_all_holds_that_is_stated(route: Route, hears: bool) -> None:
    assert bool(Directory((route,)).audience(SHOP).owners) is hears


def test_an_operator_hears_of_everything_unless_something_is_stated() -> None:
    directory = Directory((operator("all"), operator("us", gateways=("us",)), operator("vip", tags=("vip",))))
    assert names(directory.audience(SHOP).operators) == ["all", "vip"]


def test_an_account_that_names_its_contacts_reaches_them_whatever_they_state() -> None:
    directory = Directory((owner("ana"), owner("bob"), operator("us", gateways=("us",))), {"eu-1/shop": ("ana", "us")})
    audience = directory.audience(SHOP)
    assert (names(audience.owners), names(audience.operators)) == (["ana"], ["us"])


def test_an_account_is_named_however_its_accents_are_composed() -> None:
    directory = Directory((owner("ana"),), {"eu-1/caf\u00e9": ("ana",)})
    assert names(directory.audience(Place(AccountId("eu-1", "cafe\u0301"))).owners) == ["ana"]


def test_the_plain_operators_hear_of_everything() -> None:
    directory = Directory(plain_operators(["ops@example.com"]))
    assert [to.address for to in directory.audience(SHOP).operators] == ["ops@example.com"]
    assert [to.address for to in directory.of_everything()] == ["ops@example.com"]


def test_a_contact_comes_before_the_bare_address_that_is_the_same() -> None:
    patient = Route(Contact("ops@example.com", "ops", after=timedelta(hours=1)), Role.OPERATOR)
    directory = Directory((patient, *plain_operators(["ops@example.com"])))
    assert directory.of_everything() == (patient.contact,)


def test_of_a_gateway_hear_its_operators_and_those_of_its_accounts() -> None:
    directory = Directory(
        (
            operator("all"),
            operator("eu", gateways=("eu-*",)),
            operator("us", gateways=("us",)),
            operator("region", labels={"region": "eu"}),
            operator("vip", tags=("vip",)),
            operator("gold", tags=("gold",)),
            owner("ana", gateways=("eu-1",)),
        )
    )
    assert names(directory.of_gateway("eu-1", {"region": "eu"}, lambda: [SHOP])) == ["all", "eu", "region", "vip"]


def test_of_a_gateway_that_is_nobodys_all_operators_hear() -> None:
    directory = Directory((operator("us", gateways=("us",)), operator("br", gateways=("br",))))
    assert names(directory.of_gateway("eu-1", {}, lambda: [])) == ["us", "br"]


def test_what_concerns_no_single_account_goes_to_those_who_hear_of_everything() -> None:
    eu, whole = operator("eu", gateways=("eu-*",)), operator("all")
    assert names(Directory((eu, whole)).of_everything()) == ["all"]
    assert names(Directory((eu,)).of_everything()) == ["eu"]


@pytest.mark.parametrize("carrier", ["eu-1", "eu-1/shop"])
def test_nobody_is_told_of_an_account_by_that_very_account(carrier: str) -> None:
    directory = Directory(
        (owner("ana", channel="wa", gateways=("eu-1",)), operator("bob", channel="wa"), operator("eve")),
        carriers={"wa": carrier},
    )
    audience = directory.audience(SHOP)
    assert (names(audience.owners), names(audience.operators)) == ([], ["eve"])


def test_another_account_of_the_same_gateway_may_carry_the_news() -> None:
    directory = Directory((owner("ana", channel="wa", gateways=("eu-1",)),), carriers={"wa": "eu-1/support"})
    assert names(directory.audience(SHOP).owners) == ["ana"]


def test_an_operator_stays_even_where_only_this_account_carries_the_message() -> None:
    directory = Directory((operator("bob", channel="wa"),), carriers={"wa": "eu-1"})
    assert names(directory.audience(SHOP).operators) == ["bob"]


def test_a_way_is_used_once_by_who_was_first() -> None:
    first, same, other = Contact("a@b", "one"), Contact("a@b", "two"), Contact("a@b", "three", channel="sms")
    assert merged([first], [same, other]) == (first, other)


def test_what_a_contact_does_not_state_is_as_the_account_has_it() -> None:
    account = Contact("", language="es", time_zone="UTC", after=timedelta(hours=1))
    assert in_tune(Contact("a@b"), account) == Contact("a@b", language="es", time_zone="UTC", after=timedelta(hours=1))
    stated = Contact("a@b", language="en", time_zone="Europe/Berlin", after=timedelta(0))
    assert in_tune(stated, account) == stated


def test_a_notice_finds_the_contact_that_it_goes_to() -> None:
    ana = owner("ana", gateways=("eu-1",))
    directory = Directory((ana,))
    assert directory.route("owner", "email", "ana@example.com") == ana
    assert directory.route("operator", "email", "ana@example.com") is None
    assert directory.route("owner", "sms", "ana@example.com") is None
