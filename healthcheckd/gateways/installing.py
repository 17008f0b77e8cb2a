"""Setting where sessions post to, in the gateways that have an API for it: what all of them share."""

from collections.abc import Awaitable, Callable, Collection
from typing import NamedTuple

from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.singly import at_once
from healthcheckd.ports.hooks import Installed

SOME = 16
"""Sessions that are set at the same time."""

ITS_OWN = frozenset({GatewayFault.NOT_FOUND, GatewayFault.CONFLICT, GatewayFault.BAD_ANSWER, GatewayFault.SERVER_ERROR})
"""Failures of one session. With any other the gateway itself gives no usable answer, and no more is asked of it."""

Place = Callable[[str], Awaitable[bool]]
"""Sets one session's hook where it is not set yet, and returns whether it had to. Raises `GatewayError`."""


class _Placed(NamedTuple):
    session: str
    anew: bool = False
    why: str = ""


async def in_each(sessions: Collection[str], place: Place) -> Installed:
    names, placed = sorted(sessions), list[_Placed]()
    for start in range(0, len(names), SOME):
        placed += await at_once(names[start : start + SOME], lambda session: _placed(session, place))
    return Installed(
        set=tuple(one.session for one in placed if one.anew),
        kept=tuple(one.session for one in placed if not one.anew and not one.why),
        failed={one.session: one.why for one in placed if one.why},
    )


async def _placed(session: str, place: Place) -> _Placed:
    try:
        return _Placed(session, await place(session))
    except GatewayError as error:
        if error.fault not in ITS_OWN:
            raise
        return _Placed(session, why=error.what)


def taken(where: str) -> GatewayError:
    """It posts to somebody else, who would hear nothing any more."""
    what = "it posts to another address, and has room for one"
    return GatewayError(GatewayFault.CONFLICT, what, where=where)


def not_kept(where: str) -> GatewayError:
    what = "it was told the address, and does not show it afterwards"
    return GatewayError(GatewayFault.BAD_ANSWER, what, where=where)
