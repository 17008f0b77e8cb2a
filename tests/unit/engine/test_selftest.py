"""What the walk of the whole way leaves behind: a fault, or nothing."""

import logging
from datetime import timedelta

import pytest

from healthcheckd.engine.selftest import SelfTest
from tests.fakes.clock import ManualClock


def walking(*outcomes: str | Exception) -> SelfTest:
    left = list(outcomes)

    async def rehearse() -> str:
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return SelfTest(rehearse, ManualClock(), timedelta(hours=1))


async def test_until_it_arrived_it_has_not() -> None:
    test = walking("")
    assert (test.fault, test.failed) == ("the self-test has not arrived yet", False)
    await test.turn()
    assert (test.fault, test.failed) == ("", False)


@pytest.mark.parametrize(
    ("outcome", "fault"),
    [
        ("no offline mail within 60 s", "the self-test did not arrive: no offline mail within 60 s"),
        (
            OSError(28, "disk full"),
            "the self-test did not arrive: OSError: [Errno 28] disk full",
        ),
    ],
)
async def test_what_breaks_it_is_what_it_found(outcome: str | Exception, fault: str) -> None:
    test = walking(outcome)
    await test.turn()
    assert (test.fault, test.failed) == (fault, True)


async def test_it_is_told_when_it_fails_and_when_it_arrives_again(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    test = walking("", "", "lost", "")
    for _ in range(4):
        await test.turn()
    actions = [record.__dict__["action"] for record in caplog.records]
    assert actions == ["self_test_arrived", "self_test_failed", "self_test_arrived"]
