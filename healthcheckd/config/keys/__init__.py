"""Every key that may be written, and what it may hold. The defaults are those of `healthcheckd.settings`."""

from healthcheckd.config.keys import daemon, doors, measuring, telling, watching
from healthcheckd.config.keys.fleet import ACCOUNT, GATEWAY
from healthcheckd.config.keys.form import Key, Table
from healthcheckd.config.keys.maintaining import MAINTENANCE
from healthcheckd.config.keys.people import CHANNEL, CONTACT
from healthcheckd.config.keys.webhooks import WEBHOOK

TABLES = {**daemon.TABLES, **doors.TABLES, **watching.TABLES, **telling.TABLES, **measuring.TABLES}

LISTS = {
    "gateways": GATEWAY,
    "accounts": ACCOUNT,
    "channels": CHANNEL,
    "contacts": CONTACT,
    "webhooks": WEBHOOK,
    "maintenance": MAINTENANCE,
}

__all__ = ["ACCOUNT", "CHANNEL", "CONTACT", "GATEWAY", "LISTS", "MAINTENANCE", "TABLES", "WEBHOOK", "Key", "Table"]
