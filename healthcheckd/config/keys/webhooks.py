"""Programs of others that hear of every change."""

import fnmatch

from healthcheckd import settings
from healthcheckd.config import urls, values
from healthcheckd.config.keys.form import FILE, LASTS, Key, Table
from healthcheckd.config.values import Wrong, integer
from healthcheckd.domain.webhooks import EVENTS, INCLUDABLE


def events(value: object) -> tuple[str, ...]:
    """Patterns, of which each has to fit something."""
    found = values.words([value] if isinstance(value, str) else value)
    for pattern in found:
        if not fnmatch.filter(EVENTS, pattern):
            raise Wrong(f"no event is called {pattern}; write one such as {EVENTS[2]}, or whatsapp.health.*")
    return found


def included(value: object) -> tuple[str, ...]:
    found = values.words(value)
    if set(found) - set(INCLUDABLE):
        raise Wrong(f"may hold {', '.join(INCLUDABLE)}")
    return found


WEBHOOK = Table(
    settings.WebhookSettings,
    {
        "name": Key(values.gateway_name, required=True),
        "url": Key(urls.webhook, secret=True, from_file=True, required=True),
        "secret": Key(values.secret, secret=True, from_file=True, required=True),
        "events": Key(events),
        "gateways": Key(values.words),
        "accounts": Key(values.words),
        "tags": Key(values.words),
        "include": Key(included),
        "timeout": LASTS,
        "concurrency": Key(integer(1, 100)),
        "ca_file": FILE,
        "headers": Key(values.headers, secret=True),
    },
)
