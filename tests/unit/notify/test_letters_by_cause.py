"""What letters say of each cause: what to do where, and what to leave alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.notify.samples import NOW, notice, subject
from healthcheckd.settings import GatewaySettings
from tests.unit.notify.writing import BARE, LINKED, down, letter, words_of

META = replace(BARE, gateways=(GatewaySettings("main", "meta", "https://graph.example/v25.0/1"),))


@pytest.mark.parametrize("cause", [Cause.BANNED, Cause.TEMPORARY_BAN, Cause.REPLACED, Cause.OUTDATED_CLIENT])
def test_no_button_where_pressing_it_would_do_harm(cause: Cause) -> None:
    written = letter(notice("action_required", subjects=(down(cause),)), settings=LINKED)
    assert [section.button for section in written.sections if section.button] == []


def test_a_temporary_ban_says_until_when() -> None:
    banned = down(Cause.TEMPORARY_BAN, restricted_until=NOW + timedelta(hours=5))
    assert "Wait until Thursday, March 5, 2026 at 14:26" in words_of(letter(notice("offline", subjects=(banned,))))
    assert "Wait for at least a day" in words_of(letter(notice("offline", subjects=(down(Cause.TEMPORARY_BAN),))))


def test_no_code_is_shown_to_people() -> None:
    codes = {cause.value for cause in Cause if "_" in cause.value}
    for cause in Cause:
        for kind in ("offline", "escalation"):
            text = words_of(letter(notice(kind, subjects=(down(cause),))))
            assert not [code for code in codes if code in text]


def test_connected_but_restricted_is_not_called_offline() -> None:
    crippled = down(None, Connection.CONNECTED, restricted_why="reach-out timelock", restricted_until=NOW)
    written = letter(notice("escalation", subjects=(crippled,)))
    assert "is connected, but restricted by WhatsApp" in written.headline
    assert "offline" not in words_of(written).lower()


def test_what_restricts_a_number_does_not_hide_a_worse_cause() -> None:
    changed = down(Cause.NUMBER_CHANGED, Connection.CONNECTED, restricted_why="its quality is low")
    assert "check which phone is linked" in letter(notice("offline", subjects=(changed,))).headline


@pytest.mark.parametrize("cause", [None, *Cause])
@pytest.mark.parametrize("kind", ["offline", "escalation"])
def test_no_phone_and_no_code_where_the_number_is_metas(kind: str, cause: Cause | None) -> None:
    settings = replace(META, notify=LINKED.notify)
    written = letter(notice(kind, subjects=(down(cause),)), settings=settings)
    text = words_of(written)
    assert not [word for word in ("QR", "Linked devices", "the phone", "scan", "healthcheck pair") if word in text]
    assert written.tips == ()
    assert not any(section.button for section in written.sections)


@pytest.mark.parametrize("cause", [None, Cause.LOGGED_OUT, Cause.NEEDS_PAIRING, Cause.UNKNOWN])
def test_the_first_line_sends_to_meta_who_has_to_look_there(cause: Cause | None) -> None:
    written = letter(notice("offline", subjects=(down(cause),)), settings=META)
    assert written.headline.endswith(" has been offline since 02:14: look in Meta Business Manager")


def test_metas_own_reason_is_in_the_mail() -> None:
    blocked = down(None, Connection.FAILED, restricted_why="Business verification is missing")
    (alone, *_) = letter(notice("offline", subjects=(blocked,)), settings=META).sections
    assert "Business verification is missing" in [fact.value for fact in alone.facts]
    (listed, *_) = letter(notice("offline", subjects=(blocked, subject("b", "B", "", None))), settings=META).sections
    assert "Business verification is missing" in listed.rows[0].details


def test_a_number_that_meta_restricts_is_looked_up_with_meta() -> None:
    crippled = down(None, Connection.CONNECTED, restricted_why="its quality is low (RED)")
    written = letter(notice("escalation", subjects=(crippled,)), settings=META)
    assert written.headline.endswith("is connected, but restricted by WhatsApp: look in Meta Business Manager")
    assert "Meta limits what it may send" in words_of(written)


def test_one_cause_behind_two_kinds_is_mended_in_two_ways() -> None:
    phone, cloud = subject("a", "A", "", Cause.LOGGED_OUT), subject("b", "B", "", Cause.LOGGED_OUT)
    elsewhere = replace(cloud, account=replace(cloud.account, id=AccountId("cloud", "b")))
    gateways = (GatewaySettings("cloud", "meta", "http://x"), GatewaySettings("main", "waha", "http://y"))
    both = letter(notice("offline", subjects=(phone, elsewhere)), settings=replace(BARE, gateways=gateways))
    assert both.headline == "2 accounts need you: A and B"
    assert {section.title for section in both.sections} == {"Logged out", "No longer in the business account"}
    assert "four devices" in words_of(both)
