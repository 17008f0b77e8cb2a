"""The one application: the same routes wherever it listens, each call identified, permitted, answered in one form."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Literal

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from healthcheckd import __version__
from healthcheckd.api import requests
from healthcheckd.api.calls import PUBLIC_URL, Call, Route
from healthcheckd.api.client import BASE, VERSION_HEADER
from healthcheckd.api.envelope import Reply, expected, failed, succeeded
from healthcheckd.api.failures import NotReady, TooLate
from healthcheckd.api.identity import Identity
from healthcheckd.api.routes import ROUTES
from healthcheckd.errors import Forbidden
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.control import Caller, Control

logger = logging.getLogger(__name__)

LARGEST_BODY = 32 * 1024 * 1024
"""Bytes; room for a table of some 100,000 accounts."""


@dataclass(frozen=True, slots=True)
class Surface:
    """Where an application listens, and for whom. Without an `identity` nobody can be told from anybody, and it only
    says whether it is alive. `patience` is in seconds, for a body to come in; None waits as long as it takes.
    What is `outside` sees answers only, what is `inside` may raise."""

    kind: Literal["socket", "tcp"]
    identity: Identity | None = None
    base_path: str = ""
    public_url: str = ""
    largest_body: int = LARGEST_BODY
    patience: float | None = None
    outside: tuple[Middleware, ...] = ()
    inside: tuple[Middleware, ...] = ()


def create_app(control: Control, clock: Clock, surface: Surface) -> web.Application:
    middlewares = (_named, *surface.outside, _boundary, *surface.inside)
    app = web.Application(middlewares=middlewares, client_max_size=surface.largest_body)
    app.on_response_prepare.append(_sign if surface.kind == "socket" else _sign_for_strangers)
    app[PUBLIC_URL] = surface.public_url
    app.router.add_route("GET", f"{surface.base_path}/livez", _alive)
    app.router.add_route("GET", f"{surface.base_path}/readyz", _readiness(control, surface))
    if surface.identity is not None:
        for route in ROUTES:
            path = f"{surface.base_path}{BASE}{route.path}"
            app.router.add_route(route.method, path, _served(route, control, clock, surface, surface.identity))
    return app


@web.middleware
async def _named(request: web.Request, handler: Handler) -> web.StreamResponse:
    requests.current.set(requests.id_of(request.headers.get(requests.HEADER)))
    return await handler(request)


@web.middleware
async def _boundary(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Exception as error:
        response = failed(expected(error, request))
        if isinstance(error, web.HTTPMethodNotAllowed):
            response.headers["Allow"] = error.headers["Allow"]
        return response


async def _sign(_: web.Request, response: web.StreamResponse) -> None:
    response.headers[VERSION_HEADER] = __version__
    response.headers[requests.HEADER] = requests.current.get()


async def _sign_for_strangers(_: web.Request, response: web.StreamResponse) -> None:
    """Nothing of versions; and what is answered is for one reader."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers[requests.HEADER] = requests.current.get()


async def _alive(_: web.Request) -> web.StreamResponse:
    return succeeded(Reply({"alive": True}))


def _readiness(control: Control, surface: Surface) -> Handler:
    async def ready(_: web.Request) -> web.StreamResponse:
        if reason := await control.upkeep.not_ready():
            raise NotReady(reason if surface.kind == "socket" else "not ready", hint="healthcheck status")
        return succeeded(Reply({"ready": True}))

    return ready


def _served(route: Route, control: Control, clock: Clock, surface: Surface, identity: Identity) -> Handler:
    async def serve(request: web.Request) -> web.StreamResponse:
        caller = identity.caller(request)
        _permit(route, caller, identity)
        call = Call(request, control, caller, clock.now())
        if route.query is not None:
            call.only(*(parameter.name for parameter in route.query))
        await _arrived(request, surface.patience)
        answer = await route.handler(call)
        if isinstance(answer, web.StreamResponse):
            return answer
        return succeeded(answer if isinstance(answer, Reply) else Reply(answer))

    return serve


async def _arrived(request: web.Request, patience: float | None) -> None:
    """The body is there, and kept with the request. Only one who may ask gets here."""
    try:
        async with asyncio.timeout(patience):
            await request.read()
    except TimeoutError as error:
        raise TooLate(f"the body did not come in within {patience:g} s") from error


def _permit(route: Route, caller: Caller, identity: Identity) -> None:
    if caller.may_read and (caller.may_manage or not route.changes):
        return
    what = "change anything here" if caller.may_read else "read this"
    logger.warning("%s %s was refused to user %s", route.method, route.path, caller.who, extra={"action": "forbidden"})
    raise Forbidden(f"{caller.who} may not {what}", hint=identity.cure(caller))
