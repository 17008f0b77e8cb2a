"""The process itself."""

from healthcheckd import settings
from healthcheckd.config import values
from healthcheckd.config.keys.form import AT_ONCE, FILE, KEPT, LASTS, NAME, Key, Table
from healthcheckd.config.values import choice, integer

TABLES = {
    "daemon": Table(
        settings.DaemonSettings,
        {
            "name": NAME,
            "mode": Key(choice("act", "watch")),
            "database": Key(values.path),
            "grace": LASTS,
            "time_zone": Key(values.zone),
            "language": Key(values.language),
            "templates": FILE,
        },
    ),
    "log": Table(
        settings.LogSettings,
        {
            "level": Key(choice("debug", "info", "warning", "error")),
            "format": Key(choice("text", "json")),
            "file": Key(values.path),
            "max_size": Key(values.size),
            "keep": Key(integer(0, 1000)),
            "mask_personal": Key(values.boolean),
        },
    ),
    "retention": Table(
        settings.RetentionSettings,
        {
            "ledger": KEPT,
            "incidents": KEPT,
            "transitions": KEPT,
            "attempts": KEPT,
            "notices": KEPT,
            "payloads": KEPT,
            "counts": KEPT,
            "latency": KEPT,
            "job_runs": KEPT,
            "audit": KEPT,
        },
    ),
    "jobs": Table(
        settings.JobsSettings,
        {
            settings.HEALTH_CHECK: Key(values.cadence),
            settings.COUNTER_RESET: Key(values.cadence),
            settings.CLIENT_CLEANUP: Key(values.cadence),
            "jitter": AT_ONCE,
        },
    ),
}
