"""Killed at each step of write, send and record: every notice arrives, under one Message-ID."""

from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from tests.acceptance.crashes import POINTS, crashed

pytestmark = pytest.mark.acceptance


async def test_killed_once_at_each_step_nothing_is_lost_or_renamed(tmp_path: Path, nursery: ForkServerContext) -> None:
    figures = await crashed(tmp_path, POINTS, nursery)
    print(*figures.lines(), sep="\n")
    assert dict(figures.runs) == dict.fromkeys(POINTS, 1)
    assert (figures.lost, figures.renamed, figures.strange) == (0, 0, 0)
    assert figures.unrecorded > 0
