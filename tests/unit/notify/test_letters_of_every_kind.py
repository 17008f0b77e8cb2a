"""Every kind of notice has a letter, and an unknown one still goes out."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from healthcheckd.domain.notices import NoticeKind
from healthcheckd.errors import UnknownName
from healthcheckd.notify.render import LETTERS, Renderer
from healthcheckd.notify.samples import NOW, SAMPLES, notice, preview
from healthcheckd.settings import OperatorSettings
from tests.unit.notify.writing import BARE, SHOP, letter


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
