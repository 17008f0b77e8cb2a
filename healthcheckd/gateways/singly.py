"""For gateways whose list says little more than names: each session is read singly, and all is told at the end."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any, TypeVar

from healthcheckd.domain.observations import Observation
from healthcheckd.errors import GatewayError, GatewayFault

CHUNK = 1_000
FIRST = 16
"""If none of so many can be read, it is the gateway that gives no usable answer, and the rest is not asked for."""

Read = Callable[[str], Coroutine[Any, Any, Observation]]
T = TypeVar("T")


async def read_singly(names: Sequence[str], read: Read, where: str) -> list[Observation]:
    """One observation for each name, in their order. Raises `GatewayError` for what concerns the whole gateway."""
    seen = await at_once(names[:FIRST], read)
    if len(seen) == FIRST and all(one.silence for one in seen):
        what = f"none of the first {FIRST} sessions could be read: {seen[0].silence}"
        raise GatewayError(GatewayFault.BAD_ANSWER, what, where=where)
    for chunk in chunks(names[FIRST:]):
        seen += await at_once(chunk, read)
    return seen


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """At most 1,000 at a time, as `Gateway.sessions` promises."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


async def at_once(names: Sequence[str], read: Callable[[str], Coroutine[Any, Any, T]]) -> list[T]:
    """The first failure of the gateway ends the others; a group of failures would say no more than one."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(read(name)) for name in names]
    except* GatewayError as failures:
        failure = failures.exceptions[0]
    else:
        return [task.result() for task in tasks]
    raise failure
