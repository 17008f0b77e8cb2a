"""The API where strangers may knock: everybody is met at the door, and what they ask is logged under their name."""

import logging
from time import monotonic

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from healthcheckd.api import requests
from healthcheckd.api.app import Surface
from healthcheckd.api.client import BASE
from healthcheckd.api.doorkeeper import Doorkeeper
from healthcheckd.api.failures import BadToken
from healthcheckd.errors import UnknownName
from healthcheckd.ports.control import Caller
from healthcheckd.settings import HttpSettings

logger = logging.getLogger(__name__)

_CALLER = web.RequestKey("caller", Caller)
_SOURCE = web.RequestKey("source", str)
_LONGEST_PATH = 200
_PERSONAL = f"{BASE}/personal/"


class TokenIdentity:
    """Whoever was let in at the door."""

    def caller(self, request: web.Request) -> Caller:
        """Raises `BadToken`."""
        caller: Caller | None = request.get(_CALLER)
        if caller is None:
            raise BadToken("no token was sent", missing=True)
        return caller

    def cure(self, caller: Caller) -> str:
        return f"healthcheck token issue --sub {caller.who}"


def tcp_surface(http: HttpSettings, doorkeeper: Doorkeeper) -> Surface:
    return Surface(
        "tcp",
        TokenIdentity(),
        base_path=http.base_path,
        public_url=http.public_url,
        largest_body=http.max_body,
        patience=http.timeout.total_seconds(),
        outside=(_log,),
        inside=(_door(doorkeeper, http.base_path + BASE),),
    )


def _door(doorkeeper: Doorkeeper, api: str) -> Middleware:
    @web.middleware
    async def door(request: web.Request, handler: Handler) -> web.StreamResponse:
        address = doorkeeper.address(request.remote or "", request.headers.getall("X-Forwarded-For", ()))
        request[_SOURCE] = address
        await doorkeeper.admit(address)
        if f"{request.path}/".startswith(f"{api}/"):
            if not doorkeeper.jwt().algorithm:
                raise UnknownName(f"no {request.method} {request.path}")
            request[_CALLER] = await _identified(doorkeeper, address, request)
        return await handler(request)

    return door


async def _identified(doorkeeper: Doorkeeper, address: str, request: web.Request) -> Caller:
    return await doorkeeper.identify(address, request.headers.getall("Authorization", ()))


@web.middleware
async def _log(request: web.Request, handler: Handler) -> web.StreamResponse:
    """One line for each call of somebody known; those of strangers are counted at the door."""
    began = monotonic()
    response = await handler(request)
    if (caller := request.get(_CALLER)) is not None:
        told = {
            "action": "api_call",
            "user": caller.who,
            "source": request[_SOURCE],
            "status": response.status,
            "seconds": round(monotonic() - began, 3),
            "request_id": requests.current.get(),
        }
        level = logging.DEBUG if request.method == "GET" else logging.INFO
        what = f"{request.method} {_path(request)}"
        logger.log(level, "%s by user %s: %d (%s)", what, caller.who, response.status, told["request_id"], extra=told)
    return response


def _path(request: web.Request) -> str:
    """As it came, unless it names a person whom this very call may take out of everything that is kept."""
    resource = request.match_info.route.resource
    if resource is not None and _PERSONAL in resource.canonical:
        return resource.canonical
    return request.path[:_LONGEST_PATH]
