"""What keeps the daemon itself in order: holds, gateways, mail, configuration, backups."""

from typing import Annotated

import msgspec

from healthcheckd.api.calls import Body, Call, Route, UntilBody
from healthcheckd.errors import UsageError


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


async def hold(call: Call) -> object:
    body = await call.body(_Hold)
    until = body.end(call.now)
    changed = await call.control.holds.hold(body.gateway, until, body.comment, call.caller)
    return {"gateway": body.gateway, "until": until, "changed": changed}


async def release(call: Call) -> object:
    body = await call.body(_Release)
    changed = await call.control.holds.release(body.gateway, call.caller)
    return {"gateway": body.gateway, "changed": changed}


async def check_gateway(call: Call) -> object:
    return await call.control.gateways.check(call.name("gateway"), call.caller)


async def rename_gateway(call: Call) -> object:
    body = await call.body(_Rename)
    return await call.control.gateways.rename(call.name("gateway"), body.to, call.caller)


async def hook_of_gateway(call: Call) -> object:
    body = await call.body(_Hook)
    return await call.control.gateways.hook(call.name("gateway"), body.show_secret, call.caller)


async def reload(call: Call) -> object:
    return await call.control.upkeep.reload(call.caller)


async def backup(call: Call) -> object:
    body = await call.body(_Backup)
    if not body.path.startswith("/"):
        raise UsageError("must be absolute: the daemon works in another folder", where="path")
    return await call.control.upkeep.backup(body.path, call.caller)


async def verify_email(call: Call) -> object:
    return {"answer": await call.control.mail.verify(call.caller)}


async def test_email(call: Call) -> object:
    body = await call.body(_Test)
    return {"answer": await call.control.mail.test(body.address, call.caller)}


async def retry_notices(call: Call) -> object:
    body = await call.body(_Retry)
    if bool(body.ids) == body.all:
        raise UsageError("name either some or all", where="ids", hint='{"ids": [7]}, or {"all": true}')
    return {"retried": await call.control.mail.retry(body.ids, call.caller)}


ROUTES = (
    Route("POST", "/hold", hold, changes=True),
    Route("POST", "/release", release, changes=True),
    Route("POST", "/gateways/{gateway}/check", check_gateway, changes=True),
    Route("POST", "/gateways/{gateway}/hook", hook_of_gateway, changes=True),
    Route("POST", "/gateways/{gateway}/rename", rename_gateway, changes=True),
    Route("POST", "/reload", reload, changes=True),
    Route("POST", "/backup", backup, changes=True),
    Route("POST", "/email/verify", verify_email, changes=True),
    Route("POST", "/email/test", test_email, changes=True),
    Route("POST", "/notices/retry", retry_notices, changes=True),
)
