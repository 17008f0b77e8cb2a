"""Every route of the API, relative to its base; what a handler does is decode, call, encode."""

from healthcheckd.api.calls import Route
from healthcheckd.api.routes import accounts, events, jobs, operation, reports, webhooks

ROUTES: tuple[Route, ...] = (
    *jobs.ROUTES,
    *reports.ROUTES,
    *accounts.ROUTES,
    *operation.ROUTES,
    *events.ROUTES,
    *webhooks.ROUTES,
)
