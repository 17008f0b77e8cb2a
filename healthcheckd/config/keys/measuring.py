"""How we are watched ourselves."""

from healthcheckd import settings
from healthcheckd.config import urls, values
from healthcheckd.config.keys.form import LASTS, SECRET, Key, Table

TABLES = {
    "metrics": Table(settings.MetricsSettings, {"listen": Key(values.listen), "token": SECRET}),
    "heartbeat": Table(
        settings.HeartbeatSettings,
        {"url": Key(urls.heartbeat, secret=True, from_file=True), "every": LASTS, "timeout": LASTS},
    ),
    "self_test": Table(settings.SelfTestSettings, {"every": LASTS}),
}
