"""How the tests are dealt out to the processes that run them."""

from pathlib import Path

import pytest

ONE_AFTER_THE_OTHER = Path(__file__).parent / "acceptance"
"""Real processes, ports and signals: side by side they would only keep each other waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if ONE_AFTER_THE_OTHER in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("acceptance"))
