"""What is configured reaches the rules."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from healthcheckd.daemon.wiring import policy_of
from healthcheckd.settings import Settings

TABLES = {"health": "health", "reconnect": "reconnect", "notices": "notify"}
"""Each policy, and the table whose keys of the same name set it."""

SHARED = [
    (policy, table, field.name)
    for policy, table in TABLES.items()
    for field in fields(getattr(policy_of(Settings()), policy))
    if hasattr(getattr(Settings(), table), field.name)
]


def another(value: Any) -> Any:
    if isinstance(value, tuple):
        return (*value, timedelta(days=9))
    return value + (timedelta(seconds=7) if isinstance(value, timedelta) else 7)


@pytest.mark.parametrize(("policy", "table", "name"), SHARED)
def test_every_key_that_a_rule_goes_by_is_heeded(policy: str, table: str, name: str) -> None:
    settings = Settings()
    wanted = another(getattr(getattr(settings, table), name))
    changed = replace(settings, **{table: replace(getattr(settings, table), **{name: wanted})})
    assert getattr(getattr(policy_of(changed), policy), name) == wanted
