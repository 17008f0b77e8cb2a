"""The short form of a letter: what matters first, nothing that a chat would obey, and no more than fits."""

from dataclasses import replace

import pytest

from healthcheckd.domain.observations import Cause
from healthcheckd.notify.chat import MOST, fit
from healthcheckd.notify.render import Renderer
from healthcheckd.notify.samples import NOW, SAMPLES, notice, subject
from tests.unit.notify.writing import BARE, LINKED, SHOP


def lines(kind: str, settings=BARE) -> list[str]:
    return Renderer(settings)((SAMPLES[kind],), NOW).chat.split("\n")


def test_the_subject_is_the_first_line() -> None:
    for kind in SAMPLES:
        message = Renderer(LINKED)((SAMPLES[kind],), NOW)
        assert message.chat.split("\n")[0] == message.subject
        assert len(message.chat) <= MOST


def test_an_owner_gets_the_link_and_the_first_steps() -> None:
    link, *steps = [line for line in lines("offline", LINKED) if line.startswith(("Reconnect", "1.", "2.", "3."))]
    assert link == "Reconnect Shop: https://x.example/main/shop?p=5511988887777"
    assert [step[:2] for step in steps] == ["1.", "2."]


def test_an_operator_gets_a_command() -> None:
    assert lines("exhausted")[-2:] == ["healthcheck accounts show main/cafe", "healthcheck incidents ack 7"]
    assert "healthcheck gateways check main" in lines("gateway_down")


def test_many_accounts_are_a_line_for_each_cause() -> None:
    assert lines("escalation") == [
        "4 accounts need you: Shop, Kiosk, Café Central, and Bakery",
        "Connection lost: Café Central (+34 600 123 456) and Bakery (+1 212 555 0142)",
        "Logged out: Shop (+55 11 98888-7777)",
        "In use by another client: Kiosk (+49 151 23456789)",
        "healthcheck accounts list --needs-person",
    ]


def test_a_long_list_names_five_and_counts_the_rest() -> None:
    one = subject("s", "S", "", Cause.NETWORK)
    many = [replace(one, account=replace(one.account, key=key, name=f"S{key}")) for key in range(900)]
    message = Renderer(BARE)((notice("offline", subjects=tuple(many)),), NOW)
    assert message.chat == (
        "900 accounts are offline: check the phone and its connection\nConnection lost: S0, S1, S2, S3, S4 and 895 more"
    )


def test_what_was_wrong_is_left_out_once_it_is_over() -> None:
    assert lines("job_recovered") == ["Job whatsapp-health-check works again", "Its last run ended without an error."]


def test_lines_that_do_not_fit_are_left_out_whole() -> None:
    assert fit("title\nlong enough\nend", 9) == "title\nend"
    assert fit("title", 5) == "title"
    assert fit("a title\nrest", 4) == "a t…"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<!channel>", "<\u2060!channel>"),
        ("<https://x.example|bank>", "<\u2060https://x.example|bank>"),
        ("[bank](https://x.example)", "[bank]\u2060(https://x.example)"),
        ("@everyone", "@\u2060everyone"),
        ("a < b, mail@here.example", "a < b, mail@here.example"),
    ],
)
def test_a_name_calls_nobody_and_hides_no_link(name: str, shown: str) -> None:
    named = replace(SHOP, account=replace(SHOP.account, name=name))
    assert shown in Renderer(BARE)((notice("recovered", subjects=(named,)),), NOW).chat
