"""The same world as the contract's, on its own file."""

from tests.contract.store.conftest import database, world

__all__ = ["database", "world"]
