"""Where others reach the daemon."""

from healthcheckd import settings
from healthcheckd.config import urls, values
from healthcheckd.config.keys.form import NAME, Key, Table

TABLES = {
    "control": Table(settings.ControlSettings, {"socket": Key(values.path), "manage_group": NAME}),
    "http": Table(settings.HttpSettings, {"listen": Key(values.listen)}),
    "hooks": Table(settings.HooksSettings, {"listen": Key(values.listen), "public_url": Key(urls.gateway_url)}),
}
