"""What a person is told to do next."""

import shlex

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.advice import FOR_A_PERSON, advise
from healthcheckd.domain.observations import Cause
from healthcheckd.settings import ALERT_ONLY

SHOP = AccountId("eu", "shop")


@pytest.mark.parametrize("cause", [None, *Cause])
def test_there_is_either_a_command_or_a_few_words(cause: Cause | None) -> None:
    advice = advise(SHOP, cause)
    assert bool(advice.command) != bool(advice.words)


@pytest.mark.parametrize("cause", [Cause.BANNED, Cause.REPLACED, Cause.OUTDATED_CLIENT, Cause.TEMPORARY_BAN])
def test_nobody_is_told_to_restart_what_a_restart_makes_worse(cause: Cause) -> None:
    assert advise(SHOP, cause).command == ""


def test_a_logout_is_mended_by_pairing() -> None:
    assert advise(SHOP, Cause.LOGGED_OUT).command == "healthcheck pair eu/shop"


@pytest.mark.parametrize("kind", sorted(ALERT_ONLY))
@pytest.mark.parametrize("cause", [None, *Cause])
def test_where_nothing_can_be_done_from_here_no_command_is_advised(kind: str, cause: Cause | None) -> None:
    advice = advise(SHOP, cause, kind)
    assert advice.command == ""
    assert "Meta Business Manager" in advice.words


def test_any_other_kind_changes_no_advice() -> None:
    assert advise(SHOP, Cause.LOGGED_OUT, "waha") == advise(SHOP, Cause.LOGGED_OUT)


@pytest.mark.parametrize("session", ["a b", "a/b #?%", "it's", "$(reboot)", "🍰"])
def test_the_command_can_be_pasted_whatever_the_session_is_called(session: str) -> None:
    command = advise(AccountId("eu", session), Cause.LOGGED_OUT).command
    assert shlex.split(command) == ["healthcheck", "pair", f"eu/{session}"]


def test_what_is_gone_or_mends_itself_waits_for_nobody() -> None:
    assert not {Cause.GONE, Cause.NETWORK, Cause.GATEWAY_DOWN, Cause.RESTART_REQUIRED} & FOR_A_PERSON
