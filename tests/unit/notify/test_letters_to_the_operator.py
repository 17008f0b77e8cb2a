"""What letters say to the operator: why it is told, and what to correct."""

from dataclasses import replace

from healthcheckd.domain.observations import Cause
from healthcheckd.notify.samples import SAMPLES, notice, subject
from healthcheckd.settings import GatewaySettings, Origin
from tests.unit.notify.writing import BARE, SHOP, letter, words_of


def test_an_account_without_an_owner_is_told_to_the_operator_who_is_told_so() -> None:
    text = words_of(letter(SAMPLES["no_owner"]))
    assert "The account has no owner, so this comes to you" in text
    assert "healthcheck accounts set main/shop --owner-email ADDRESS" in text
    assert "no owner" not in words_of(letter(SAMPLES["offline"]))


def test_the_variant_is_read_from_the_key_too() -> None:
    bare = notice("offline", subjects=(SHOP,), key="7:0:offline:email:ops@example.com:0:no_owner")
    assert "has no owner" in words_of(letter(bare))


def test_exhausted_attempts_are_said_and_nothing_else_is_promised() -> None:
    text = words_of(letter(SAMPLES["exhausted"]))
    assert "could not be reconnected: look at it by hand" in text
    assert "growing pauses" not in text


def test_an_owner_who_could_not_be_reached_is_told_to_the_operator() -> None:
    written = letter(SAMPLES["undeliverable"])
    assert "cannot be delivered to owner@example.com" in written.headline
    assert "550 no such mailbox" in written.intro[0]


def test_a_wrong_key_names_the_line_of_the_configuration() -> None:
    gateway = GatewaySettings("main", "waha", "http://x", origin=Origin("conf.d/main.toml", 7))
    written = letter(SAMPLES["wrong_key"], settings=replace(BARE, gateways=(gateway,)))
    facts = {fact.label: fact.value for section in written.sections for fact in section.facts}
    assert written.headline == "Gateway main refuses our key: correct it"
    assert facts["Written in"] == "conf.d/main.toml:7"


def test_commands_can_be_pasted_into_a_shell() -> None:
    odd = subject("a b'; rm -rf $HOME", "Shop", "", Cause.LOGGED_OUT)
    text = words_of(letter(notice("escalation", subjects=(odd,))))
    assert """healthcheck pair 'main/a b'"'"'; rm -rf $HOME'""" in text
