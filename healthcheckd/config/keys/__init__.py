"""Every key that may be written, and what it may hold. The defaults are those of `healthcheckd.settings`."""

from healthcheckd.config.keys import daemon, doors, telling, watching
from healthcheckd.config.keys.fleet import ACCOUNT, GATEWAY
from healthcheckd.config.keys.form import Key, Table
from healthcheckd.config.keys.webhooks import WEBHOOK

TABLES = {**daemon.TABLES, **doors.TABLES, **watching.TABLES, **telling.TABLES}

LISTS = {"gateways": GATEWAY, "accounts": ACCOUNT, "webhooks": WEBHOOK}

__all__ = ["ACCOUNT", "GATEWAY", "LISTS", "TABLES", "WEBHOOK", "Key", "Table"]
