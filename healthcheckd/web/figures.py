"""`/metrics`, at an address of its own, for who knows the token."""

import hmac
from collections.abc import Awaitable, Callable

from aiohttp import web

from healthcheckd.domain.reports.metrics import MetricsReport
from healthcheckd.settings import Secret
from healthcheckd.web.metrics import Meters

TYPE = "text/plain; version=0.0.4; charset=utf-8"

Report = Callable[[], Awaitable[MetricsReport]]


def create_figures_app(report: Report, meters: Meters, token: Secret) -> web.Application:
    """Nothing but this page. Strangers are told no more than that they are."""
    expected = f"Bearer {token.reveal()}".encode()

    async def figures(request: web.Request) -> web.Response:
        shown = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        if not hmac.compare_digest(shown, expected):
            return web.Response(status=401, headers={"WWW-Authenticate": "Bearer"})
        return web.Response(body=meters.page(await report()), headers={"Content-Type": TYPE})

    app = web.Application(client_max_size=0)
    app.router.add_get("/metrics", figures)
    return app
