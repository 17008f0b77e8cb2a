"""Templates: whose is used, and what happens when it fails."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from healthcheckd.notify.render import Renderer
from healthcheckd.notify.samples import NOW, SAMPLES
from healthcheckd.ports.channel import Message
from healthcheckd.settings import DaemonSettings, Settings
from tests.golden.test_mail import SETTINGS, hostile


def rendered(folder: Path, *, kind: str = "offline", **files: str) -> tuple[Message, dict[str, str]]:
    (folder / "emails").mkdir()
    for name, text in files.items():
        (folder / "emails" / f"{name.replace('_', '-')}.html.j2").write_text(text)
    renderer = Renderer(Settings(daemon=DaemonSettings(templates=folder)))
    message = renderer((SAMPLES[kind],), NOW)
    return message, dict(renderer.faults)


def test_a_users_template_takes_the_place_of_ours(tmp_path: Path) -> None:
    message, faults = rendered(tmp_path, whatsapp_offline_alert="<p>{{ letter.headline }} by {{ daemon }}</p>")
    assert message.html == f"<p>{message.subject} by healthcheckd</p>"
    assert faults == {}


def test_what_the_user_did_not_write_comes_from_us(tmp_path: Path) -> None:
    message, faults = rendered(tmp_path, whatsapp_offline_alert="<p>mine</p>")
    assert "What to do" in message.text
    assert faults == {}


def test_a_user_may_change_the_frame_alone(tmp_path: Path) -> None:
    message, faults = rendered(tmp_path, base="<body>{% block content %}{% endblock %}</body>")
    assert message.html.startswith("<body>")
    assert faults == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{{ nonsense }}", "UndefinedError: 'nonsense' is undefined"),
        ("{% if %}", "(line 1)"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("   ", "is empty"),
        ("{{ letter.__class__.__mro__ }}", "SecurityError"),
        ("{{ ''.__class__ }}", "SecurityError"),
        ("{% for n in range(10000000) %}x{% endfor %}", "OverflowError"),
        ("{% include 'missing.j2' %}", "TemplateNotFound"),
        ("{% include '../../../etc/passwd' %}", "TemplateNotFound"),
    ],
)
def test_a_users_template_that_fails_is_replaced_by_ours_and_reported(tmp_path: Path, text: str, fault: str) -> None:
    message, faults = rendered(tmp_path, whatsapp_offline_alert=text)
    assert "<!DOCTYPE html>" in message.html
    assert fault in faults["whatsapp-offline-alert.html.j2"]


def test_a_template_that_was_mended_is_no_longer_reported(tmp_path: Path) -> None:
    file = tmp_path / "emails" / "test.txt.j2"
    file.parent.mkdir()
    file.write_text("{{ nonsense }}")
    renderer = Renderer(Settings(daemon=DaemonSettings(templates=tmp_path)))
    renderer((SAMPLES["test"],), NOW)
    assert list(renderer.faults) == ["test.txt.j2"]
    file.write_text("better")
    assert renderer((SAMPLES["test"],), NOW).text == "better"
    assert renderer.faults == {}


class Tags(HTMLParser):
    """Every tag and attribute of a page, and whether each is closed."""

    VOID = frozenset({"meta", "br", "img", "hr", "input", "link"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags(html: str) -> Tags:
    parser = Tags()
    parser.feed(html)
    return parser


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_every_mail_is_well_formed_and_loads_nothing_from_outside(kind: str) -> None:
    page = tags(Renderer(SETTINGS)((SAMPLES[kind],), NOW).html)
    assert page.open == []
    assert not [tag for tag, _ in page.seen if tag in {"img", "script", "link", "iframe", "form"}]
    assert not [attrs for _, attrs in page.seen if "src" in attrs or "background" in attrs]


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_hostile_names_change_no_structure(kind: str) -> None:
    message = Renderer(SETTINGS)((hostile(SAMPLES[kind]),), NOW)
    page = tags(message.html)
    assert page.open == []
    assert not [tag for tag, attrs in page.seen if tag == "script" or any(name.startswith("on") for name in attrs)]
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066\u2067]", message.html + message.text)
    assert len(message.subject) <= 200
    assert not re.search(r"[\r\n]", message.subject)
    assert "49" not in message.subject


def test_dark_mode_and_narrow_screens_are_provided_for() -> None:
    html = Renderer(SETTINGS)((SAMPLES["offline"],), NOW).html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "prefers-color-scheme: dark" in html
    assert "max-width: 620px" in html


def test_names_are_not_templates() -> None:
    odd = hostile(SAMPLES["offline"])
    message = Renderer(SETTINGS)((replace(odd, subjects=odd.subjects[1:2]),), NOW)
    assert "{{ 7 * 7 }}" in message.text
    assert "{{ 7 * 7 }}" in message.html
