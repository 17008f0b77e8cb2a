"""How accounts are named on a command line."""

import unicodedata

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.naming import Named, resolve
from healthcheckd.errors import UnknownName, UsageError

CAFE_NFD = unicodedata.normalize("NFD", "café")
ACCOUNTS = [
    Named(AccountId("eu", "shop"), "Shop", "", "+55 11 98888-7777"),
    Named(AccountId("us", "shop"), "Store", "", None),
    Named(AccountId("eu", "a/b #?%"), "مطعم", "", "4915112345678"),
    Named(AccountId("eu", CAFE_NFD), "Café 🍰", "push name", None),
    Named(AccountId("br", "UPPER"), "", "", None),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("eu/shop", "eu/shop"),
        ("Shop", "eu/shop"),
        ("Store", "us/shop"),
        ("+5511988887777", "eu/shop"),
        ("55 (11) 98888-7777", "eu/shop"),
        ("eu/a/b #?%", "eu/a/b #?%"),
        ("a/b #?%", "eu/a/b #?%"),
        ("مطعم", "eu/a/b #?%"),
        ("Café 🍰", f"eu/{CAFE_NFD}"),
        ("push name", f"eu/{CAFE_NFD}"),
        ("upper", "br/UPPER"),
        ("BR/upper", "br/UPPER"),
    ],
)
def test_an_account_is_found_by_id_session_name_or_phone(text: str, expected: str) -> None:
    assert str(resolve(text, ACCOUNTS)) == expected


def test_a_name_composed_otherwise_finds_it_and_answers_the_gateways_own_bytes() -> None:
    assert resolve("eu/café", ACCOUNTS).session == CAFE_NFD


def test_two_accounts_that_differ_only_in_composition_are_each_reached_by_their_own_bytes() -> None:
    twins = [Named(AccountId("eu", "café"), "", "", None), Named(AccountId("eu", CAFE_NFD), "", "", None)]
    assert [resolve(str(twin.id), twins) for twin in twins] == [twin.id for twin in twins]


def test_a_name_that_several_have_is_refused_with_the_candidates() -> None:
    with pytest.raises(UsageError) as refused:
        resolve("shop", ACCOUNTS)
    assert refused.value.hint == "name one of: eu/shop, us/shop"


def test_an_unknown_name_suggests_near_ones() -> None:
    with pytest.raises(UnknownName) as refused:
        resolve("eu/shpo", ACCOUNTS)
    assert "eu/shop" in refused.value.candidates
    assert "eu/shop" in refused.value.hint


def test_a_name_like_nothing_points_to_the_list() -> None:
    with pytest.raises(UnknownName) as refused:
        resolve("zzzzzzzz", ACCOUNTS)
    assert refused.value.hint == "healthcheck accounts list"


@pytest.mark.parametrize("text", ["", "  "])
def test_nothing_names_no_account_even_where_names_are_empty(text: str) -> None:
    with pytest.raises(UsageError, match="has to be named"):
        resolve(text, ACCOUNTS)
