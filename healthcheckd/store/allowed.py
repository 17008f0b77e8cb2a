"""Which of the attempts that are owed nothing forbids."""

from healthcheckd.settings import HEALTH_CHECK
from healthcheckd.store.holds import NOT_HELD
from healthcheckd.store.planning import OWED

# Nothing is attempted before the account was read once since we woke up and the gateway's first look was taken, nor
# while the gateway is silent; while the check job is stopped, only what a person asked for. CROSS JOIN holds the order:
# what is owed is mostly little, and else all accounts would be gone through for it. One account has one attempt under
# way at a time, also while a reload has two engines at work.
ALLOWED = (
    "FROM attempts CROSS JOIN accounts ON accounts.key = attempts.account"
    " CROSS JOIN readings ON readings.account = accounts.key"
    " CROSS JOIN gateways ON gateways.name = accounts.gateway CROSS JOIN daemon"
    f" WHERE {OWED} AND accounts.active = 1 AND accounts.removed_at IS NULL AND (accounts.adopted = 1 OR forced = 1)"
    " AND gateways.silent_since IS NULL AND gateways.removed_at IS NULL AND gateways.first_look_at IS NOT NULL"
    " AND (daemon.awake_at IS NULL OR readings.last_checked_at >= daemon.awake_at)"
    f" AND (attempts.by <> '' OR NOT EXISTS (SELECT 1 FROM jobs WHERE name = '{HEALTH_CHECK}' AND running = 0))"
    " AND NOT EXISTS (SELECT 1 FROM attempts AS other WHERE other.account = attempts.account"
    "  AND other.started_at IS NOT NULL AND other.ended_at IS NULL)"
    f" AND {NOT_HELD}"
)
"""Takes the present instant."""
