"""Whether our own network works: asked of the probes that people named, and only when it matters."""

import asyncio
from collections.abc import Sequence

from healthcheckd.ports.probe import Probe


class Network:
    """Knows nothing where no probe was named."""

    def __init__(self, probes: Sequence[Probe]) -> None:
        self._probes = probes

    @property
    def known(self) -> bool:
        return bool(self._probes)

    async def works(self) -> bool:
        """All are asked at once; after the first answer the others are not waited for."""
        asked = [asyncio.create_task(probe.answers(), name="probe of our network") for probe in self._probes]
        try:
            for answer in asyncio.as_completed(asked):
                if await answer:
                    return True
            return False
        finally:
            for task in asked:
                task.cancel()
            await asyncio.gather(*asked, return_exceptions=True)
