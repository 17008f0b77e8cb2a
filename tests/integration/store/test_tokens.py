"""Whose token ends soon is kept, and said until there is a newer one."""

from datetime import timedelta
from pathlib import Path

from healthcheckd.store.migrations import migrations
from healthcheckd.store.owner import connect, transaction
from healthcheckd.store.tokens import _ends, _renewed
from healthcheckd.store.views.expiring import expiring
from tests.contract.store.conftest import NOON


def test_it_is_said_before_and_for_a_week_after_the_end() -> None:
    database = connect(Path(":memory:"))
    migrations.apply(database)
    end = NOON + timedelta(days=3)
    with transaction(database) as connection:
        _ends(connection, "ana b", end, NOON)
        cure = f"{end:%Y-%m-%d %H:%M} UTC: healthcheck token issue --sub 'ana b'"
        assert list(expiring(connection, NOON)) == [f"the token of ana b expires in 3 days, on {cure}"]
        assert list(expiring(connection, end)) == [f"the token of ana b expired on {cure}"]
        assert list(expiring(connection, end + timedelta(days=7))) == []


def test_a_newer_token_ends_it_and_old_ones_are_forgotten() -> None:
    database = connect(Path(":memory:"))
    migrations.apply(database)
    with transaction(database) as connection:
        _ends(connection, "ana", NOON, NOON)
        _ends(connection, "ci", NOON + timedelta(days=9), NOON + timedelta(days=8))
        assert connection.execute("SELECT subject FROM expiring_tokens").fetchall() == [("ci",)]
        _renewed(connection, "ci")
        assert list(expiring(connection, NOON + timedelta(days=8))) == []
