"""Which accounts a rule of people's reaches."""

import unicodedata

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.matching import Reach, as_lists, from_lists

SHOP = AccountId("eu", "shop-12")


@pytest.mark.parametrize(
    ("reach", "covered"),
    [
        (Reach(), True),
        (Reach(accounts=("eu/shop-12",)), True),
        (Reach(accounts=("eu/shop-*",)), True),
        (Reach(accounts=("*/shop-1?",)), True),
        (Reach(accounts=("shop-12",)), False),
        (Reach(accounts=("us/*", "eu/*")), True),
        (Reach(gateways=("eu",)), True),
        (Reach(gateways=("e*",)), True),
        (Reach(gateways=("us",)), False),
        (Reach(tags=("vip",)), True),
        (Reach(tags=("new", "vip")), True),
        (Reach(tags=("new",)), False),
        (Reach(customers=("ACME",)), True),
        (Reach(customers=("acme",)), False),
        (Reach(gateways=("eu",), tags=("new",)), False),
        (Reach(gateways=("eu",), customers=("ACME",), tags=("vip",)), True),
    ],
    ids=str,
)
def test_it_covers(reach: Reach, covered: bool) -> None:
    assert reach.covers(SHOP, "ACME", ("vip", "eu")) is covered


def test_an_account_without_tags_is_under_no_tag() -> None:
    assert not Reach(tags=("*",)).covers(SHOP, "", ())


def test_accents_may_be_composed_either_way() -> None:
    name = "joão"
    reach = Reach(accounts=(f"eu/{unicodedata.normalize('NFD', name)}",))
    assert reach.covers(AccountId("eu", unicodedata.normalize("NFC", name)), "", ())


@pytest.mark.parametrize(
    ("reach", "covered"),
    [
        (Reach(), True),
        (Reach(gateways=("eu",)), True),
        (Reach(gateways=("us",)), False),
        (Reach(accounts=("eu/*",)), False),
        (Reach(gateways=("eu",), tags=("vip",)), False),
    ],
    ids=str,
)
def test_a_gateway_is_covered_as_a_whole_or_not(reach: Reach, covered: bool) -> None:
    assert reach.covers_gateway("eu") is covered


def test_it_goes_to_plain_data_and_back() -> None:
    reach = Reach(accounts=("eu/*",), customers=("ACME", "Läden"))
    assert as_lists(reach) == {"accounts": ["eu/*"], "customers": ["ACME", "Läden"]}
    assert from_lists(as_lists(reach)) == reach


def test_it_says_what_it_means() -> None:
    assert str(Reach(accounts=("eu/*",), tags=("vip",))) == "account eu/*, tag vip"
    assert str(Reach()) == "everything"
