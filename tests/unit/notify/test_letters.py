"""What letters say: to whom, since when, why, and what to do."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.notices import NoticeKind
from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.errors import UnknownName
from healthcheckd.notify.letter import Letter
from healthcheckd.notify.occasion import MOST_ROWS, Occasion
from healthcheckd.notify.render import LETTERS, Renderer, write
from healthcheckd.notify.samples import FELL, NOW, SAMPLES, notice, preview, subject
from healthcheckd.ports.store import NoticeSubject, OwedNotice
from healthcheckd.settings import (
    DaemonSettings,
    EmailSettings,
    GatewaySettings,
    NotifySettings,
    OperatorSettings,
    Origin,
    Settings,
)

BARE = Settings()
META = replace(BARE, gateways=(GatewaySettings("main", "meta", "https://graph.example/v25.0/1"),))
LINKED = replace(BARE, notify=NotifySettings(reconnect_url="https://x.example/{gateway}/{session}?p={phone}"))
SHOP = subject("shop", "Shop", "+55 11 98888-7777", Cause.LOGGED_OUT)


def letter(*notices: OwedNotice, settings: Settings = BARE) -> Letter:
    return write(Occasion(notices, settings, NOW))


def down(cause: Cause | None, connection: Connection = Connection.DISCONNECTED, **vitals: object) -> NoticeSubject:
    one = subject("shop", "Shop", "+55 11 98888-7777", cause, connection)
    return replace(one, vitals=replace(one.vitals, **vitals))


def words_of(written: Letter) -> str:
    return "\n".join(
        [written.headline, *written.intro, *written.tips]
        + [text for section in written.sections for text in (section.text, *section.steps, *section.commands)]
    )


def test_the_first_line_says_what_to_do() -> None:
    written = letter(notice("offline", subjects=(SHOP,)))
    assert written.headline == "Shop (+55 11 98888-7777) has been offline since 02:14: scan the QR code"
    assert written.subject == written.headline


def test_the_first_line_of_the_mail_is_the_headline() -> None:
    message = preview("offline", BARE)
    assert message.text.splitlines()[0] == message.subject


def test_the_subject_carries_the_daemons_name_when_it_has_one() -> None:
    named = replace(BARE, daemon=DaemonSettings(name="eu"))
    assert letter(notice("offline", subjects=(SHOP,)), settings=named).subject.startswith("[eu] Shop (")


def test_a_reminder_says_that_it_is_one() -> None:
    written = letter(notice("offline", subjects=(SHOP,), reminder=2))
    assert written.subject.startswith("Reminder: Shop (")
    assert written.badge == "Reminder 2"
    assert written.intro == ("This is reminder 2: it is still so.",)


def test_a_silent_gateway_makes_a_number_invisible_not_offline() -> None:
    hidden = down(None, Connection.UNREACHABLE, last_connected_at=FELL)
    message = Renderer(BARE)((notice("offline", subjects=(hidden,)),), NOW)
    assert "has not been visible since 02:14" in message.subject
    assert "offline" not in message.text.lower()
    assert "offline" not in message.html.lower().replace("whatsapp-offline-alert", "")


def test_many_numbers_behind_a_silent_gateway_are_invisible_not_offline_too() -> None:
    hidden = [down(None, Connection.UNREACHABLE), subject("two", "Two", "", None, Connection.UNREACHABLE)]
    written = letter(notice("offline", subjects=tuple(hidden)))
    assert written.headline == "2 accounts have not been visible since 02:14: nothing to do on the phone for now"


def test_behind_a_silent_gateway_an_older_cause_does_not_count() -> None:
    written = letter(notice("offline", subjects=(down(Cause.NETWORK, Connection.UNREACHABLE),)))
    assert "has not been visible" in written.headline


def test_a_number_first_seen_down_was_not_seen_connected_yet() -> None:
    fresh = down(Cause.NETWORK, last_connected_at=None)
    written = letter(notice("offline", subjects=(fresh,)))
    assert "was not seen connected yet" in written.headline
    assert ("Last connected", "not seen connected yet") in [
        (fact.label, fact.value) for section in written.sections for fact in section.facts
    ]


def test_account_phone_duration_and_last_connected_are_in_the_mail() -> None:
    facts = {fact.label: fact.value for section in letter(SAMPLES["offline"]).sections for fact in section.facts}
    assert facts["Account"] == "Shop"
    assert facts["Phone number"] == "+55 11 98888-7777"
    assert facts["Offline for"] == "7 hours 12 minutes"
    assert facts["Last connected"] == "Thursday, March 5, 2026 at 02:10 (Coordinated Universal Time)"


def test_times_are_those_of_the_reader() -> None:
    written = letter(notice("offline", subjects=(SHOP,), time_zone="Asia/Kolkata"))
    assert "since 07:44" in written.headline
    assert any("GMT+05:30" in line for line in written.footer)


def test_a_button_only_where_a_url_is_configured() -> None:
    bare, linked = (letter(notice("offline", subjects=(SHOP,)), settings=each) for each in (BARE, LINKED))
    assert [section.button for section in bare.sections if section.button] == []
    assert "Open the dashboard where you linked this number" in words_of(bare)
    (button,) = [section.button for section in linked.sections if section.button]
    assert button.url == "https://x.example/main/shop?p=5511988887777"
    assert "Press “Reconnect Shop”" in words_of(linked)


def test_a_session_cannot_leave_its_place_in_the_url() -> None:
    odd = subject("../../{phone}?x=1#y", "Shop", "+1 2", Cause.NETWORK)
    (section, *_) = letter(notice("offline", subjects=(odd,)), settings=LINKED).sections
    assert section.button is not None
    assert section.button.url == "https://x.example/main/..%2F..%2F%7Bphone%7D%3Fx%3D1%23y?p=12"


@pytest.mark.parametrize("cause", [Cause.BANNED, Cause.TEMPORARY_BAN, Cause.REPLACED, Cause.OUTDATED_CLIENT])
def test_no_button_where_pressing_it_would_do_harm(cause: Cause) -> None:
    written = letter(notice("action_required", subjects=(down(cause),)), settings=LINKED)
    assert [section.button for section in written.sections if section.button] == []


def test_a_temporary_ban_says_until_when() -> None:
    banned = down(Cause.TEMPORARY_BAN, restricted_until=NOW + timedelta(hours=5))
    assert "Wait until Thursday, March 5, 2026 at 14:26" in words_of(letter(notice("offline", subjects=(banned,))))
    assert "Wait for a day at least" in words_of(letter(notice("offline", subjects=(down(Cause.TEMPORARY_BAN),))))


def test_no_code_is_shown_to_people() -> None:
    codes = {cause.value for cause in Cause if "_" in cause.value}
    for cause in Cause:
        for kind in ("offline", "escalation"):
            text = words_of(letter(notice(kind, subjects=(down(cause),))))
            assert not [code for code in codes if code in text]


def test_one_letter_for_many_accounts_groups_them_by_cause() -> None:
    written = letter(SAMPLES["several"])
    assert written.headline == "4 accounts need you: Shop, Kiosk, Café Central, and Bakery"
    assert [(section.title, len(section.rows)) for section in written.sections] == [
        ("Connection lost", 2),
        ("Logged out", 1),
        ("In use by another client", 1),
    ]


def test_notices_that_go_together_speak_of_each_account_once() -> None:
    written = letter(notice("escalation", subjects=(SHOP,)), notice("escalation", subjects=(SHOP,), id=2))
    assert written.headline.startswith("Shop (")


def test_a_long_list_is_cut_and_counted() -> None:
    many = tuple(replace(SHOP, account=replace(SHOP.account, key=number)) for number in range(MOST_ROWS + 7))
    (section, *_) = letter(notice("escalation", subjects=many)).sections
    assert len(section.rows) == MOST_ROWS
    assert section.more == "and 7 more accounts"


def test_recovered_tells_how_long_it_was_away() -> None:
    written = letter(notice("recovered", subjects=(SHOP,), ended_at=FELL + timedelta(hours=2)))
    assert written.headline == "Shop (+55 11 98888-7777) is back online after 2 hours"


def test_an_account_without_an_owner_is_told_to_the_operator_who_is_told_so() -> None:
    text = words_of(letter(SAMPLES["no_owner"]))
    assert "because the account has no owner" in text
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


@pytest.mark.parametrize(
    ("sent", "percent", "words"),
    [(800, 80, "has sent 80 % of the messages"), (1000, 100, "has reached its limit of messages for today")],
)
def test_quota_warns_and_then_stops(sent: int, percent: int, words: str) -> None:
    payload: Mapping[str, object] = {"sent": sent, "limit": 1000, "percent": percent}
    assert words in letter(notice("quota", subjects=(SHOP,), payload=payload)).headline


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_every_kind_has_a_letter_and_a_preview(kind: str) -> None:
    message = preview(kind, replace(BARE, operator=OperatorSettings(email=("ops@example.org",))))
    assert message.subject
    assert message.recipient in {"owner@example.com", "ops@example.org"}


def test_every_kind_of_notice_is_known() -> None:
    assert set(LETTERS) == set(NoticeKind) <= set(SAMPLES)


def test_an_unknown_kind_of_notice_still_goes_out() -> None:
    written = letter(notice("something_new", payload={"text": "The disk is nearly full"}))
    assert written.headline == "The disk is nearly full"


@pytest.mark.parametrize("kind", sorted(NoticeKind))
def test_a_notice_without_subject_or_payload_still_goes_out(kind: str) -> None:
    assert Renderer(BARE)((notice(kind),), NOW).subject


def test_a_preview_of_an_unknown_kind_suggests_one() -> None:
    with pytest.raises(UnknownName) as caught:
        preview("ofline", BARE)
    assert "offline" in caught.value.candidates


def test_letters_of_one_incident_form_a_thread() -> None:
    first = Renderer(BARE)((notice("offline", subjects=(SHOP,)),), NOW)
    second = Renderer(BARE)((notice("recovered", subjects=(SHOP,), ended_at=NOW),), NOW)
    assert first.thread == second.thread == "<incident-7@preview.healthcheckd>"
    mixed = Renderer(BARE)((notice("escalation", subjects=(SHOP,)), notice("escalation", incident=8)), NOW)
    assert mixed.thread == ""


def test_support_is_in_steps_and_footer() -> None:
    helped = replace(BARE, email=EmailSettings(support="support@yourapp.com"))
    written = letter(notice("offline", subjects=(SHOP,)), settings=helped)
    assert "ask support@yourapp.com" in words_of(written)
    assert written.footer[0] == "Questions? Write to support@yourapp.com."
