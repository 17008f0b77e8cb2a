"""What letters say: to whom, since when, why, and what to do."""

from dataclasses import replace
from datetime import timedelta

from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.notify.occasion import MOST_ROWS
from healthcheckd.notify.render import Renderer
from healthcheckd.notify.samples import FELL, NOW, SAMPLES, notice, preview, subject
from healthcheckd.settings import DaemonSettings, EmailSettings
from tests.unit.notify.writing import BARE, LINKED, SHOP, down, letter, words_of


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
    assert written.intro == ("This is reminder 2: nothing has changed since.",)


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
    assert "has not been seen connected yet" in written.headline
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
    assert "Open “Reconnect Shop” above" in words_of(linked)


def test_a_session_cannot_leave_its_place_in_the_url() -> None:
    odd = subject("../../{phone}?x=1#y", "Shop", "+1 2", Cause.NETWORK)
    (section, *_) = letter(notice("offline", subjects=(odd,)), settings=LINKED).sections
    assert section.button is not None
    assert section.button.url == "https://x.example/main/..%2F..%2F%7Bphone%7D%3Fx%3D1%23y?p=12"


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
