"""For the commands on channels."""

from collections.abc import Sequence
from typing import Protocol

from healthcheckd.domain.reports.channels import ChannelRow
from healthcheckd.ports.control.calling import Caller


class ChannelControl(Protocol):
    """For `channels list` and `channels test`."""

    async def listed(self) -> Sequence[ChannelRow]: ...

    async def test(self, channel: str, address: str, caller: Caller) -> str:
        """Send one test message, now; the server's own words. Raises `UnknownName`, `DeliveryError`."""
