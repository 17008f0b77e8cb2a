"""What keeps the daemon itself in order: holds, gateways, mail, configuration, backups."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from healthcheckd.api.calls import Body, Call, Route, UntilBody
from healthcheckd.errors import UsageError
from healthcheckd.ports.control import BackedUp, HookInstalled, HookReport, Reloaded
from healthcheckd.ports.gateway import GatewayCheck


class _Hold(UntilBody, frozen=True):
    gateway: str = ""
    comment: Annotated[str, msgspec.Meta(max_length=500)] = ""


class _Release(Body, frozen=True):
    gateway: str = ""


class _Rename(Body, frozen=True):
    to: str


class _Hook(Body, frozen=True):
    show_secret: bool = False


class _Backup(Body, frozen=True):
    path: str


class _Test(Body, frozen=True):
    address: str


class _Retry(Body, frozen=True):
    """`all` are all that were given up."""

    ids: tuple[Annotated[int, msgspec.Meta(ge=1)], ...] = ()
    all: bool = False


@dataclass(frozen=True, slots=True)
class _Held:
    gateway: str
    until: datetime | None
    changed: bool


@dataclass(frozen=True, slots=True)
class _Released:
    gateway: str
    changed: bool


@dataclass(frozen=True, slots=True)
class _Answered:
    """The mail server's own words."""

    answer: str


@dataclass(frozen=True, slots=True)
class _Retried:
    retried: int


async def hold(call: Call) -> object:
    body = await call.body(_Hold)
    until = body.end(call.now)
    changed = await call.control.holds.hold(body.gateway, until, body.comment, call.caller)
    return _Held(body.gateway, until, changed)


async def release(call: Call) -> object:
    body = await call.body(_Release)
    changed = await call.control.holds.release(body.gateway, call.caller)
    return _Released(body.gateway, changed)


async def check_gateway(call: Call) -> object:
    return await call.control.gateways.check(call.name("gateway"), call.caller)


async def rename_gateway(call: Call) -> object:
    body = await call.body(_Rename)
    return await call.control.gateways.rename(call.name("gateway"), body.to, call.caller)


async def hook_of_gateway(call: Call) -> object:
    body = await call.body(_Hook)
    return await call.control.gateways.hook(call.name("gateway"), body.show_secret, call.caller)


async def install_hook(call: Call) -> object:
    return await call.control.gateways.install_hook(call.name("gateway"), call.caller)


async def reload(call: Call) -> object:
    return await call.control.upkeep.reload(call.caller)


async def backup(call: Call) -> object:
    body = await call.body(_Backup)
    if not body.path.startswith("/"):
        raise UsageError("must be absolute: the daemon works in another folder", where="path")
    return await call.control.upkeep.backup(body.path, call.caller)


async def verify_email(call: Call) -> object:
    return _Answered(await call.control.mail.verify(call.caller))


async def test_email(call: Call) -> object:
    body = await call.body(_Test)
    return _Answered(await call.control.mail.test(body.address, call.caller))


async def retry_notices(call: Call) -> object:
    body = await call.body(_Retry)
    if bool(body.ids) == body.all:
        raise UsageError("name either some or all", where="ids", hint='{"ids": [7]}, or {"all": true}')
    return _Retried(await call.control.mail.retry(body.ids, call.caller))


ROUTES = (
    Route(
        "POST",
        "/hold",
        hold,
        changes=True,
        summary="Restart nothing, at one gateway or at all",
        query=(),
        body=_Hold,
        answers=_Held,
    ),
    Route("POST", "/release", release, changes=True, summary="End a hold", query=(), body=_Release, answers=_Released),
    Route(
        "POST",
        "/gateways/{gateway}/check",
        check_gateway,
        changes=True,
        summary="Look at a gateway",
        query=(),
        answers=GatewayCheck,
        may=(502,),
    ),
    Route(
        "POST",
        "/gateways/{gateway}/hook",
        hook_of_gateway,
        changes=True,
        summary="What to set in a gateway so that it posts to us",
        query=(),
        body=_Hook,
        answers=HookReport,
    ),
    Route(
        "POST",
        "/gateways/{gateway}/hook/install",
        install_hook,
        changes=True,
        summary="Set it there",
        query=(),
        answers=HookInstalled,
        may=(502,),
    ),
    Route(
        "POST",
        "/gateways/{gateway}/rename",
        rename_gateway,
        changes=True,
        summary="Go on with a gateway under another name",
        query=(),
        body=_Rename,
        answers=Reloaded,
    ),
    Route("POST", "/reload", reload, changes=True, summary="Read the configuration again", query=(), answers=Reloaded),
    Route(
        "POST",
        "/backup",
        backup,
        changes=True,
        summary="Write a verified copy of the database",
        query=(),
        body=_Backup,
        answers=BackedUp,
    ),
    Route(
        "POST",
        "/email/verify",
        verify_email,
        changes=True,
        summary="Log in at the mail server",
        query=(),
        answers=_Answered,
        may=(502,),
    ),
    Route(
        "POST",
        "/email/test",
        test_email,
        changes=True,
        summary="Send one test mail",
        query=(),
        body=_Test,
        answers=_Answered,
        may=(502,),
    ),
    Route(
        "POST",
        "/notices/retry",
        retry_notices,
        changes=True,
        summary="Send what was given up",
        query=(),
        body=_Retry,
        answers=_Retried,
    ),
)
