"""Every kind of letter in every language, about things whose names want to do harm."""

import email
import re
from dataclasses import replace
from datetime import UTC, datetime
from email.message import Message as RawMessage

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.notify.addresses import mailbox
from healthcheckd.notify.chat import MOST, fit
from healthcheckd.notify.languages import CATALOGUES
from healthcheckd.notify.mime import as_mime
from healthcheckd.notify.render import Renderer
from healthcheckd.notify.samples import NOW, SAMPLES
from healthcheckd.ports.channel import Message
from healthcheckd.ports.store import NoticeSubject, OwedNotice
from tests.golden.test_mail import SETTINGS
from tests.unit.notify.test_templates import tags

HOSTILE = {
    "html": '"onclick="x"><script>alert("x")</script></td><img src=x>',
    "jinja": "{{ 7 * 191 }}{% for n in range(9) %}harm{% endfor %}{# #}",
    "format": "{0} {account} {daemon.name} {words!r} %s %(name)s %n {",
    "lines": "Shop\r\nBcc: v@example.com\r\n\r\n\n X-Injected: y\u2028Bcc: w\u2029\x85Bcc: z",
    "control": "Sh\x00op\x1b[31m\x1b]0;owned\x07\x08\x7f\x9b2J \ud800lone\udfff",
    "bidi": "\u202egnp.exe\u202c \u2066x\u2067y\u2068z\u200f\u200e\u061c\u202b p\u200ba\u00ady\u2060p\ufeffa\u180el",
    "unclosed": "שלום \u2067עולם",
    "long": "متجر " * 2_000,
    "emoji": "🏪👨\u200d👩\u200d👧🇧🇷" * 40,
    "chat": "<!channel> <https://x.example|bank> [a](https://x.example) @everyone",
    "empty": "\x00\u200b",
}
KNOWN_HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "MIME-Version", "Content-Type"),
    *("Auto-Submitted", "X-Auto-Response-Suppress", "X-Healthcheckd-Kind", "Content-Language", "Reply-To"),
}
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066\u2067\u200b\u200e\u200f\u061c\ufeff]")


def renderers() -> dict[str, Renderer]:
    """One for each language: its templates are read once."""
    return {code: Renderer(replace(SETTINGS, daemon=replace(SETTINGS.daemon, language=code))) for code in CATALOGUES}


RENDERERS = renderers()


def harmful(notice: OwedNotice, text: str) -> OwedNotice:
    """The same notice, with `text` wherever something from outside stands."""
    payload = {key: _spoilt(key, value, text) for key, value in notice.payload.items()}
    subjects = tuple(_named(one, number, text) for number, one in enumerate(notice.subjects))
    return replace(notice, subjects=subjects, payload=payload)


def _spoilt(key: str, value: object, text: str) -> object:
    if isinstance(value, list):
        return [text, *value, text]
    return text if isinstance(value, str) and key not in {"role", "variant", "level"} else value


def _named(subject: NoticeSubject, number: int, text: str) -> NoticeSubject:
    account = replace(
        subject.account,
        id=AccountId("main", text if number else f"a{text}"),
        name=text,
        phone=f"+55 11 98888-7777{text}",
        customer=text,
    )
    return replace(subject, account=account, vitals=replace(subject.vitals, restricted_why=text, phone=text))


def sent(message: Message) -> RawMessage:
    """What a mail server would be given, as a mail client takes it apart."""
    sender, recipient = mailbox("alerts@example.com"), mailbox(message.recipient)
    raw = as_mime(message, sender, recipient, SETTINGS.email, datetime(2026, 3, 5, tzinfo=UTC))
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    return email.message_from_bytes(raw)


def assert_plain(text: str) -> None:
    """Nothing in it that a terminal, a mail client or a chat would obey; what turns a name round ends with it."""
    assert not OBEYED.search(text.replace("\n", " "))
    assert text.encode("utf-8")
    assert not [line for line in text.split("\n") if line.count("\u2068") != line.count("\u2069")]


@pytest.mark.parametrize("language", sorted(CATALOGUES))
@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_names_do_no_harm(kind: str, language: str) -> None:
    for text in HOSTILE.values():
        message = RENDERERS[language]((harmful(SAMPLES[kind], text),), NOW)
        _holds_in_a_subject(message)
        _holds_in_html(message)
        _holds_in_plain_text(message)
        _holds_in_a_chat(message)


@pytest.mark.parametrize("text", HOSTILE)
def test_names_add_nothing_to_a_mails_head(text: str) -> None:
    for kind in SAMPLES:
        _holds_in_a_mail(RENDERERS["en"]((harmful(SAMPLES[kind], HOSTILE[text]),), NOW))


def _holds_in_a_mail(message: Message) -> None:
    read = sent(message)
    assert set(read.keys()) <= KNOWN_HEADERS
    assert len(read.get_all("Subject", [])) == 1
    assert [part.get_content_type() for part in read.walk()][1:] == ["text/plain", "text/html"]


def _holds_in_a_subject(message: Message) -> None:
    assert len(message.subject) <= 200
    assert "\n" not in message.subject
    assert_plain(message.subject)


def _holds_in_html(message: Message) -> None:
    page = tags(message.html)
    assert page.open == []
    assert not [tag for tag, _ in page.seen if tag in {"script", "img", "b"}]
    assert not [name for _, attributes in page.seen for name in attributes if name.startswith("on")]
    assert_plain(message.html)
    assert "1337" not in message.html
    assert "harmharm" not in message.html


def _holds_in_plain_text(message: Message) -> None:
    assert_plain(message.text)
    assert "1337" not in message.text
    assert not re.search(r"^(Bcc|X-Injected):", message.text, re.MULTILINE)


def _holds_in_a_chat(message: Message) -> None:
    assert_plain(message.chat)
    assert 0 < len(message.chat) <= MOST
    assert not re.search(r"<[^\s\u2060]|\]\(|(?<!\w)@(everyone|here)", message.chat)
    assert len(fit(message.chat, 300)) <= 300
    assert message.chat.split("\n")[0].replace("\u2060", "") == message.subject.replace("\u2060", "")


def test_a_harmless_name_comes_through_unharmed() -> None:
    for name in (
        "Café & Söhne <Berlin>",
        "100% {natural}",
        "متجر الهاتف",
        "می\u200cخواهم",
        "👨\u200d👩\u200d👧",
        "O'Brien",
    ):
        message = RENDERERS["en"]((harmful(SAMPLES["recovered"], name),), NOW)
        assert name in message.subject
        assert name in message.text
        assert name in message.chat.replace("\u2060", "")


@pytest.mark.parametrize("name", ["متجر", "חנות"])
def test_a_name_from_right_to_left_keeps_its_number_on_its_own_side(name: str) -> None:
    message = RENDERERS["pt_BR"]((harmful(SAMPLES["recovered"], name),), NOW)
    assert message.subject.startswith(f"[eu] \u2068{name}\u2069 (")
    assert f"\u2068main/a{name}\u2069" in message.text
    assert '<html lang="pt-BR" dir="ltr">' in message.html
    assert 'dir="auto"' in message.html


def test_a_name_that_is_cut_in_the_subject_stays_set_apart() -> None:
    many = replace(SAMPLES["several"], subjects=SAMPLES["several"].subjects)
    message = RENDERERS["es"]((harmful(many, "متجر " * 50),), NOW)
    assert message.subject.count("\u2068") == message.subject.count("\u2069") > 1
