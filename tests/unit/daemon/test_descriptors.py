"""Open files: the daemon does not run out of them by its shell's habit."""

import resource
from collections.abc import Iterator

import pytest

from healthcheckd.daemon.descriptors import ENOUGH, open_more


@pytest.fixture
def most() -> Iterator[int]:
    """What the system allows at most; the limits are put back."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield limits[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_a_low_limit_is_raised_as_far_as_it_may_be(most: int) -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, most))
    open_more()
    allowed = ENOUGH if most == resource.RLIM_INFINITY else min(ENOUGH, most)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (allowed, most)


def test_a_higher_limit_stays_as_it_is(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("healthcheckd.daemon.descriptors.ENOUGH", 100)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, most))
    open_more()
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (256, most)
