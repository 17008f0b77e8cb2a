"""Where committed changes are told."""

from collections.abc import Callable, Sequence

from healthcheckd.ports.store import Event

Publish = Callable[[Sequence[Event]], None]
"""Tell what was committed; must not wait and must not raise."""
