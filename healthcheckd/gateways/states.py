"""One state of a gateway in our words: the row of every adapter's table."""

from typing import NamedTuple

from healthcheckd.domain.observations import Cause, Connection


class State(NamedTuple):
    """`linked` is what the state itself says of an identity; None where it says nothing. `perhaps_stopped` is whether
    a client that was stopped reads the same. `note` is for people."""

    connection: Connection
    cause: Cause | None = None
    self_healing: bool = False
    provisional: bool = False
    linked: bool | None = None
    perhaps_stopped: bool = False
    note: str = ""
