"""Channels: how they do, and a test of one."""

from dataclasses import dataclass

from healthcheckd.api.calls import Body, Call, Route
from healthcheckd.domain.reports.channels import ChannelRow


class _Test(Body, frozen=True):
    """To whom, where the channel asks for it; else its first contact."""

    address: str = ""


@dataclass(frozen=True, slots=True)
class _Answered:
    answer: str


async def listed(call: Call) -> object:
    return await call.control.channels.listed()


async def tested(call: Call) -> object:
    body = await call.body(_Test)
    return _Answered(await call.control.channels.test(call.name("channel"), body.address, call.caller))


ROUTES = (
    Route("GET", "/channels", listed, summary="How each channel does", query=(), answers=tuple[ChannelRow, ...]),
    Route(
        "POST",
        "/channels/{channel}/test",
        tested,
        changes=True,
        summary="Send one test message",
        query=(),
        body=_Test,
        answers=_Answered,
        may=(502,),
    ),
)
