"""Maintenance windows, of which there are several."""

from healthcheckd import settings
from healthcheckd.config import values
from healthcheckd.config.keys.form import LASTS, TEXT, Key, Table

MAINTENANCE = Table(
    settings.MaintenanceSettings,
    {
        "name": Key(values.name, required=True),
        "at": Key(values.cadence, required=True),
        "lasts": Key(LASTS.parse, required=True),
        "gateways": Key(values.words),
        "accounts": Key(values.words),
        "tags": Key(values.words),
        "customers": Key(values.words),
        "comment": TEXT,
    },
)
