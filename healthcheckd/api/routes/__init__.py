"""Every route of the API, relative to its base; what a handler does is decode, call, encode."""

from healthcheckd.api.calls import Route
from healthcheckd.api.routes import (
    accounts,
    calm,
    channels,
    description,
    drills,
    events,
    jobs,
    operation,
    personal,
    reports,
    webhooks,
)

ROUTES: tuple[Route, ...] = (
    *jobs.ROUTES,
    *reports.ROUTES,
    *accounts.ROUTES,
    *operation.ROUTES,
    *personal.ROUTES,
    *events.ROUTES,
    *description.ROUTES,
    *channels.ROUTES,
    *webhooks.ROUTES,
    *drills.ROUTES,
    *calm.ROUTES,
)
