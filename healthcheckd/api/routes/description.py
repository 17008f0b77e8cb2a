"""The API, described for programs."""

from functools import cache

import msgspec
from aiohttp import web

from healthcheckd.api.calls import PUBLIC_URL, Call, Route
from healthcheckd.api.client import BASE

_JSON = "application/json"


async def description(call: Call) -> object:
    """The place is what others call it, or else the part of the path before ours."""
    server = call.request.app[PUBLIC_URL] or call.request.path.partition(BASE)[0]
    return web.Response(body=_described(server), content_type=_JSON)


@cache
def _described(server: str) -> bytes:
    from healthcheckd.api.openapi import describe
    from healthcheckd.api.routes import ROUTES

    return msgspec.json.encode(describe(ROUTES, server))


ROUTES = (Route("GET", "/openapi.json", description, summary="This description", query=(), only=_JSON),)
