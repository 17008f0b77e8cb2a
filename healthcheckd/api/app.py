"""The one application: the same routes wherever it listens, each call identified, permitted, answered in one form."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from aiohttp import web

from healthcheckd import __version__
from healthcheckd.api.calls import Call, Route
from healthcheckd.api.client import BASE, VERSION_HEADER
from healthcheckd.api.envelope import Reply, expected, failed, succeeded
from healthcheckd.api.failures import NotReady
from healthcheckd.api.identity import Identity
from healthcheckd.api.routes import ROUTES
from healthcheckd.errors import Forbidden
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.control import Caller, Control

logger = logging.getLogger(__name__)

LARGEST_BODY = 32 * 1024 * 1024
"""Bytes; room for a table of some 100,000 accounts."""

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Surface:
    """Where an application listens. On `tcp` nobody can be identified yet, so it only says whether it is alive."""

    kind: Literal["socket", "tcp"]
    identity: Identity | None = None


def create_app(control: Control, clock: Clock, surface: Surface) -> web.Application:
    app = web.Application(middlewares=[_boundary], client_max_size=LARGEST_BODY)
    app.on_response_prepare.append(_sign)
    app.router.add_route("GET", "/livez", _alive)
    app.router.add_route("GET", "/readyz", _readiness(control))
    if surface.identity is not None:
        for route in ROUTES:
            app.router.add_route(route.method, BASE + route.path, _served(route, control, clock, surface.identity))
    return app


@web.middleware
async def _boundary(request: web.Request, handler: _Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Exception as error:
        response = failed(expected(error, request))
        if isinstance(error, web.HTTPMethodNotAllowed):
            response.headers["Allow"] = error.headers["Allow"]
        return response


async def _sign(_: web.Request, response: web.StreamResponse) -> None:
    response.headers[VERSION_HEADER] = __version__


async def _alive(_: web.Request) -> web.StreamResponse:
    return succeeded(Reply({"alive": True}))


def _readiness(control: Control) -> _Handler:
    async def ready(_: web.Request) -> web.StreamResponse:
        if reason := await control.upkeep.not_ready():
            raise NotReady(reason, hint="healthcheck status")
        return succeeded(Reply({"ready": True}))

    return ready


def _served(route: Route, control: Control, clock: Clock, identity: Identity) -> _Handler:
    async def serve(request: web.Request) -> web.StreamResponse:
        caller = identity.caller(request)
        _permit(route, caller, identity)
        call = Call(request, control, caller, clock.now())
        if route.query is not None:
            call.only(*(parameter.name for parameter in route.query))
        answer = await route.handler(call)
        if isinstance(answer, web.StreamResponse):
            return answer
        return succeeded(answer if isinstance(answer, Reply) else Reply(answer))

    return serve


def _permit(route: Route, caller: Caller, identity: Identity) -> None:
    if caller.may_read and (caller.may_manage or not route.changes):
        return
    what = "change anything here" if caller.may_read else "read this"
    logger.warning("%s %s was refused to user %s", route.method, route.path, caller.who, extra={"action": "forbidden"})
    raise Forbidden(f"{caller.who} may not {what}", hint=identity.cure(caller))
