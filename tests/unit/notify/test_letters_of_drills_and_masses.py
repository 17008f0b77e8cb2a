"""Letters about what only seems to happen, about many at once, and about a number that is not the account's."""

from dataclasses import replace
from datetime import timedelta

import pytest

from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.notify.languages import CATALOGUES
from healthcheckd.notify.render import Renderer
from healthcheckd.notify.samples import FELL, NOW, SAMPLES, notice, subject
from healthcheckd.settings import DaemonSettings
from tests.unit.notify.writing import BARE, SHOP, down, letter, words_of

OTHER = subject("other", "Other", "+55 11 98888-7778", None)

DRILL = {"en": ("TEST: ", "This is a test"), "pt_BR": ("TESTE: ", "Isto é um teste"), "es": ("PRUEBA: ", "Esto es una")}


@pytest.mark.parametrize("language", sorted(CATALOGUES))
@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_a_drill_is_marked_before_anything_else(kind: str, language: str) -> None:
    settings = replace(BARE, daemon=DaemonSettings(name="eu", language=language))
    marked = replace(SAMPLES[kind], payload={**SAMPLES[kind].payload, "drill": True})
    plain = replace(SAMPLES[kind], payload={**SAMPLES[kind].payload, "drill": False})
    message, real = (Renderer(settings)((each,), NOW) for each in (marked, plain))
    prefix, first = DRILL[language]
    assert message.subject == prefix + real.subject
    assert message.text.startswith(first)
    assert "healthcheck drill" in message.text.splitlines()[0]
    assert "healthcheck drill" in message.chat.split("\n")[1]
    assert real.text.splitlines()[0] in message.text.splitlines()
    assert "healthcheck drill" not in real.text


@pytest.mark.parametrize(
    ("level", "shared", "headline", "said"),
    [
        ("gateway", "main", "12 of 14 accounts on gateway main fell together: check the gateway", "on gateway main,"),
        (
            "engine",
            "NOWEB 2026.3",
            "12 of 14 accounts on NOWEB 2026.3 fell together: check that version",
            "run on NOWEB",
        ),
        ("label", "proxy=a", "12 of 14 accounts with proxy=a fell together: check what they share", "share proxy=a"),
        ("unheard-of", "x", "12 of 14 accounts on all gateways fell together: check our own network first", "either"),
    ],
)
def test_a_mass_fall_says_what_is_shared_and_what_to_check(level: str, shared: str, headline: str, said: str) -> None:
    payload = {"level": level, "subject": shared, "count": 12, "total": 14}
    written = letter(notice("mass_fall", "ops@example.com", payload, subjects=SAMPLES["mass"].subjects))
    assert written.headline == headline
    assert said in written.intro[0]
    assert "One account is brought back first" in written.intro[1]
    check, accounts, known = written.sections
    assert len(check.steps) == 2
    assert known.commands == ("healthcheck incidents ack 7",)
    assert (accounts.title, len(accounts.rows), accounts.more) == ("12 accounts", 2, "and 10 more accounts")


@pytest.mark.parametrize(
    ("probes", "headline", "said"),
    [
        ("", "on all gateways fell together: check our own network first", "either our own network is in trouble"),
        ("fails", "12 of 14 accounts fell together: check our own network", "no probe answers from here"),
        ("works", "check what they share, our own network works", "WhatsApp itself may be in trouble"),
    ],
)
def test_where_everything_fell_the_probes_say_whose_network_it_is(probes: str, headline: str, said: str) -> None:
    payload = {"level": "network", "subject": "", "network": probes, "count": 12, "total": 14}
    written = letter(notice("mass_fall", "ops@example.com", payload, subjects=SAMPLES["mass"].subjects))
    assert written.headline.endswith(headline)
    assert said in written.intro[0]


def test_a_mass_fall_of_a_gateway_has_its_command() -> None:
    assert "healthcheck gateways check main" in words_of(letter(SAMPLES["mass_fall"]))
    assert "healthcheck status" in words_of(letter(SAMPLES["mass_label"]))


def test_a_mass_that_nobody_counted_is_counted_by_its_accounts() -> None:
    bare = notice("mass_fall", payload={"level": "label", "subject": "br"}, subjects=SAMPLES["mass"].subjects)
    assert letter(bare).headline == "2 accounts with br fell together: check what they share"


@pytest.mark.parametrize(("seconds", "words"), [(None, "1 hour 12 minutes"), (120, "2 minutes")])
def test_the_end_of_a_mass_fall_says_how_many_are_back_after_how_long(seconds: int | None, words: str) -> None:
    payload = {"level": "gateway", "subject": "main", "count": 12}
    payload |= {} if seconds is None else {"duration": seconds}
    over = notice("mass_over", payload=payload, ended_at=FELL + timedelta(hours=1, minutes=12))
    assert letter(over).headline == f"12 accounts on gateway main are back after {words}"


@pytest.mark.parametrize(
    ("still", "said"),
    [
        ([], "All of them are connected again. There is nothing left to do."),
        ([7], "1 account stayed down. You will hear of it separately."),
        ([7, 9], "2 accounts stayed down. You will hear of them separately."),
    ],
)
def test_the_end_of_a_mass_fall_counts_those_that_stayed_down(still: list[int], said: str) -> None:
    payload = {"level": "engine", "subject": "waha 2025.9.1", "count": 12, "duration": 60.5, "still": still}
    written = letter(notice("mass_over", payload=payload))
    assert written.headline == "12 accounts on waha 2025.9.1 are back after 1 minute"
    assert written.intro == (said,)


def test_a_changed_number_is_named() -> None:
    message = Renderer(BARE)((SAMPLES["number_changed"],), NOW)
    assert message.subject == (
        "Shop (+55 11 98888-7777) is now linked to another number, +5511977776666: find out who linked it"
    )
    assert "Number linked now: +5511977776666" in message.text
    assert "Offline for" not in message.text


def test_a_changed_number_that_the_gateway_does_not_tell_is_still_told_of() -> None:
    changed = down(Cause.NUMBER_CHANGED, Connection.CONNECTED)
    written = letter(notice("escalation", "ops@example.com", subjects=(changed,)))
    assert written.headline == "Shop (+55 11 98888-7777) is now linked to another number: find out who linked it"


def test_a_changed_number_is_named_in_a_list() -> None:
    changed = SAMPLES["number_changed"]
    other = replace(notice("escalation", "ops@example.com", subjects=SAMPLES["exhausted"].subjects), id=2)
    (section, *_) = [one for one in letter(changed, other).sections if one.title == "Another number is linked"]
    assert "now linked: +5511977776666" in section.rows[0].details


@pytest.mark.parametrize("cause", [None, *Cause])
def test_the_operator_is_not_sent_to_a_phone(cause: Cause | None) -> None:
    for kind, payload in (("escalation", {}), ("offline", {"variant": "no_owner"})):
        written = letter(notice(kind, "ops@example.com", payload, subjects=(down(cause),)))
        assert "phone" not in written.subject
        assert not [step for section in written.sections for step in section.steps if "On the phone" in step]
        assert written.tips == ()


@pytest.mark.parametrize("cause", [None, *Cause])
def test_an_owner_is_not_sent_to_a_firewall(cause: Cause | None) -> None:
    assert "firewall" not in words_of(letter(notice("offline", subjects=(down(cause),))))


def test_accounts_that_are_back_are_spoken_of_as_many() -> None:
    one, other = (notice("recovered", "ops@example.com", subjects=(each,)) for each in (SHOP, OTHER))
    assert letter(one).intro == ("It is connected again. There is nothing left to do.",)
    assert letter(one, other).intro == ("All of them are connected again. There is nothing left to do.",)


@pytest.mark.parametrize(
    ("channel", "line"),
    [
        ("email", "healthcheck email verify"),
        ("team", "healthcheck channels test team"),
        ("webhook:crm", "healthcheck webhooks test crm"),
    ],
)
def test_of_a_channel_that_fails_it_says_how_to_try_it(channel: str, line: str) -> None:
    payload = {"channel": channel, "error": "500"}
    assert line in words_of(letter(notice("channel_failed", "ops@example.com", payload)))
    assert line not in words_of(letter(notice("channel_recovered", "ops@example.com", payload)))


def test_a_test_claims_nothing_of_mail_for_it_goes_by_every_channel() -> None:
    assert "mail" not in words_of(letter(SAMPLES["test"]))
