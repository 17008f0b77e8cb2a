"""When a daily limit is told of."""

import pytest

from healthcheckd.domain.counters import quota_reached


@pytest.mark.parametrize(
    ("before", "after", "limit", "step"),
    [
        (0, 79, 100, None),
        (79, 80, 100, 80),
        (80, 99, 100, None),
        (99, 100, 100, 100),
        (0, 500, 100, 100),
        (100, 101, 100, None),
        (2, 3, 3, 100),
        (0, 10, None, None),
        (0, 10, 0, None),
    ],
)
def test_a_step_is_told_when_it_is_crossed(before: int, after: int, limit: int | None, step: int | None) -> None:
    assert quota_reached(before, after, limit) == step
