"""How sessions are watched, graded and reconnected."""

from healthcheckd import settings
from healthcheckd.config import urls, values
from healthcheckd.config.keys.form import AT_ONCE, COUNT, LASTS, Key, Table
from healthcheckd.config.values import choice, integer

TABLES = {
    "health": Table(
        settings.HealthSettings,
        {
            "critical_after": LASTS,
            "stuck_after": LASTS,
            "settle": AT_ONCE,
            "confirm": AT_ONCE,
            "reopen_within": AT_ONCE,
            "unreachable_after": LASTS,
            "flap_falls": Key(integer(2, 1000)),
            "flap_window": LASTS,
            "proof": Key(choice("off", "local", "lookup")),
            "lookups_per_minute": COUNT,
        },
    ),
    "sweep": Table(
        settings.SweepSettings,
        {"wait": AT_ONCE, "concurrency": Key(integer(1, 1000)), "chunk": Key(integer(1, 1000))},
    ),
    "reconnect": Table(
        settings.ReconnectSettings,
        {
            "after": AT_ONCE,
            "base": LASTS,
            "cap": LASTS,
            "steady_after": LASTS,
            "max_streak": COUNT,
            "per_hour": COUNT,
            "per_day": COUNT,
            "slow_every": LASTS,
            "ban_wait": LASTS,
            "per_gateway": COUNT,
            "per_minute": COUNT,
            "per_minute_total": COUNT,
        },
    ),
    "blast": Table(
        settings.BlastSettings,
        {
            "window": LASTS,
            "least": Key(integer(2, 1_000_000)),
            "share": Key(values.share),
            "few": Key(integer(1, 1000)),
            "pause": LASTS,
        },
    ),
    "network": Table(settings.NetworkSettings, {"probes": Key(urls.probes), "timeout": LASTS}),
    "cleanup": Table(settings.CleanupSettings, {"idle_after": LASTS}),
}
