"""Every kind of mail, as it was when somebody last looked at it.

After a wanted change:  UPDATE_GOLDEN=1 pytest tests/golden/test_mail.py  and look at the difference before committing.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from healthcheckd.domain.accounts import Account, AccountId
from healthcheckd.notify.languages import CATALOGUES
from healthcheckd.notify.render import Renderer
from healthcheckd.notify.samples import NOW, SAMPLES, sample
from healthcheckd.ports.channel import Message
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

GOLDEN = Path(__file__).parent / "mail"

SETTINGS = Settings(
    daemon=DaemonSettings(name="eu", time_zone="America/Sao_Paulo"),
    operator=OperatorSettings(email=("ops@example.com",)),
    notify=NotifySettings(reconnect_url="https://app.example.com/relink/{gateway}/{session}?phone={phone}"),
    email=EmailSettings(support="support@yourapp.com"),
    gateways=(GatewaySettings("main", "waha", "http://127.0.0.1:3000", origin=Origin("healthcheckd.toml", 12)),),
)
META = replace(SETTINGS, gateways=(GatewaySettings("main", "meta", "https://graph.facebook.com/v25.0/1020304050"),))
PLAIN = replace(SETTINGS, notify=NotifySettings(), email=EmailSettings(), daemon=DaemonSettings())

HOSTILE = (
    '<script>alert("x")</script>',
    "{{ 7 * 7 }}{% raw %}{# no #}",
    "Shop\r\nBcc: victim@example.com\x00\x1b[31m",
    "\u202efdp.exe\u2066 \u200bloja",
    "متجر الهاتف 🏪👨\u200d👩\u200d👧",
    "n" * 200,
    '" onmouseover="alert(1)',
)


def hostile(notice: OwedNotice) -> OwedNotice:
    """The same notice about accounts whose names want to do harm."""
    subjects = tuple(_renamed(SAMPLES["offline"].subjects[0], number, name) for number, name in enumerate(HOSTILE))
    payload = {key: HOSTILE[0] + HOSTILE[2] for key, value in notice.payload.items() if isinstance(value, str)}
    return replace(notice, subjects=subjects, payload={**notice.payload, **payload, "role": "operator"})


def _renamed(subject: NoticeSubject, number: int, name: str) -> NoticeSubject:
    address = AccountId("main", f"a/b?#&{name}")
    return replace(subject, account=Account(number, address, name, phone="+1 (212) 555-0142", customer=name))


def expect(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{name} has changed: see the top of this file"


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_a_letter_is_as_it_was(kind: str) -> None:
    message = Renderer(SETTINGS)(sample(kind, SETTINGS), NOW)
    expect(f"{kind}.html", message.html)
    expect(f"{kind}.txt", f"Subject: {message.subject}\n\n{message.text}")


@pytest.mark.parametrize("language", sorted(set(CATALOGUES) - {"en"}))
def test_letters_of_every_language_are_as_they_were(language: str) -> None:
    letters = (f"{_ruler(kind)}\nSubject: {one.subject}\n\n{one.text}" for kind, one in _of_every_kind(language))
    expect(f"letters-{language}.txt", "\n".join(letters))


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_short_forms_are_as_they_were(language: str) -> None:
    expect(f"chat-{language}.txt", "".join(f"{_ruler(kind)}\n{one.chat}\n" for kind, one in _of_every_kind(language)))


def _of_every_kind(language: str) -> list[tuple[str, Message]]:
    """Each as it is, and two as hostile names would have them."""
    settings = replace(SETTINGS, daemon=replace(SETTINGS.daemon, language=language))
    renderer = Renderer(settings)
    kinds = {kind: sample(kind, settings) for kind in sorted(SAMPLES)}
    kinds |= {f"hostile {kind}": (hostile(SAMPLES[kind]),) for kind in ("offline", "gateway_down")}
    return [(kind, renderer(notices, NOW)) for kind, notices in kinds.items()]


def _ruler(kind: str) -> str:
    return f"── {kind} ".ljust(100, "─")


@pytest.mark.parametrize("kind", ["offline", "escalation"])
def test_a_letter_with_hostile_names_is_as_it_was(kind: str) -> None:
    message = Renderer(SETTINGS)((hostile(SAMPLES[kind]),), NOW)
    expect(f"hostile-{kind}.html", message.html)
    expect(f"hostile-{kind}.txt", f"Subject: {message.subject}\n\n{message.text}")


def test_a_letter_about_a_number_of_metas_is_as_it_was() -> None:
    message = Renderer(META)(sample("offline", META), NOW)
    expect("meta-offline.html", message.html)
    expect("meta-offline.txt", f"Subject: {message.subject}\n\n{message.text}")


@pytest.mark.parametrize("kind", ["offline", "digest"])
def test_a_letter_of_a_bare_configuration_is_as_it_was(kind: str) -> None:
    message = Renderer(PLAIN)(sample(kind, PLAIN), NOW)
    expect(f"plain-{kind}.txt", f"Subject: {message.subject}\n\n{message.text}")


def test_every_golden_file_belongs_to_a_letter() -> None:
    others = {"hostile-offline", "hostile-escalation", "plain-offline", "plain-digest", "meta-offline"}
    languages = {f"{form}-{language}" for form in ("letters", "chat") for language in CATALOGUES} - {"letters-en"}
    assert {path.stem for path in GOLDEN.iterdir()} == {*SAMPLES, *others, *languages}
