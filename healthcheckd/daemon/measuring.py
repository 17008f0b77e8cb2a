"""What measures us, and its door; read only where it is asked for, since its library is an extra."""

import logging
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from healthcheckd.api.serving import listening_at
from healthcheckd.api.visitors import Visitors
from healthcheckd.api.wary import serving_strangers
from healthcheckd.ports.control import Views
from healthcheckd.settings import Settings

if TYPE_CHECKING:
    from healthcheckd.web.metrics import Meters

logger = logging.getLogger("healthcheckd")

_CONNECTIONS = 100
_PATIENCE = 10.0


def build_meters(settings: Settings) -> "Meters | None":
    """None unless `[metrics] listen` is set."""
    if settings.metrics.listen is None:
        return None
    from healthcheckd.web.metrics import Meters

    return Meters([gateway.name for gateway in settings.gateways])


async def open_metrics(doors: AsyncExitStack, settings: Settings, views: Views, meters: "Meters | None") -> None:
    metrics = settings.metrics
    if meters is None or metrics.listen is None or metrics.token is None:
        return
    from healthcheckd.web.figures import create_figures_app

    listening = listening_at(metrics.listen, "metrics.listen")
    app = create_figures_app(views.metrics, meters, metrics.token)
    await doors.enter_async_context(serving_strangers(app, listening, Visitors(_CONNECTIONS, _PATIENCE)))
    logger.info("Figures at %s:%d/metrics", *listening.getsockname()[:2], extra={"action": "metrics_ready"})
