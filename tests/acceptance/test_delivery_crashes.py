"""Killed at each step of write, send and record: every notice arrives, under one Message-ID."""

from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from healthcheckd.simulator import CATALOGUE, ScriptedSession
from tests.acceptance.crashes import POINTS, SEED, crashed, phone, trial
from tests.acceptance.machine import until

pytestmark = pytest.mark.acceptance


async def test_killed_once_at_each_step_nothing_is_lost_or_renamed(tmp_path: Path, nursery: ForkServerContext) -> None:
    figures = await crashed(tmp_path, POINTS, nursery)
    print(*figures.lines(), sep="\n")
    assert dict(figures.runs) == dict.fromkeys(POINTS, 1)
    assert (figures.lost, figures.renamed, figures.strange) == (0, 0, 0)
    assert figures.unrecorded > 0


@pytest.mark.parametrize(("point", "arrived"), [("after the 250", 1), ("before MAIL is answered", 0)])
async def test_an_outage_that_ends_after_its_mail_may_have_arrived_is_followed_by_the_good_news(
    tmp_path: Path, nursery: ForkServerContext, point: str, arrived: int
) -> None:
    """Killed while the mail was on its way; the account is well again before the daemon is."""
    async with trial(tmp_path, ["shop"], nursery, SEED) as made:
        await made.crash("shop", 0, point)
        assert [letter.recipient for letter in made.post.letters] == ["shop@example.com"] * arrived
        made.here.gateway.replace(ScriptedSession("shop", CATALOGUE["steady"], phone(0)))
        made.start()
        await until(lambda: len(made.post.letters) > arrived, "the good news arrives")
        await until(lambda: not made.still_owed(), "nothing is owed any more")
        states = dict(made.here.rows("SELECT kind, state FROM notices WHERE kind IN ('action_required', 'recovered')"))
        # The answer and the kill race each other: what arrived may just have been recorded.
        assert states.pop("action_required") in {"superseded", *["sent"] * arrived}
        assert states == {"recovered": "sent"}
        assert len(made.post.letters) == arrived + 1
