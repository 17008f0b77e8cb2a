"""Who is told, how, and how soon."""

from healthcheckd import settings
from healthcheckd.config import urls, values
from healthcheckd.config.keys.form import AT_ONCE, COUNT, FILE, LASTS, SECRET, TEXT, Key, Table
from healthcheckd.config.values import choice, integer

TABLES = {
    "operator": Table(settings.OperatorSettings, {"email": Key(values.addresses), "digest": Key(values.cadence)}),
    "notify": Table(
        settings.NotifySettings,
        {
            "operator_after": AT_ONCE,
            "action_required_after": AT_ONCE,
            "collect": AT_ONCE,
            "operator_per_hour": COUNT,
            "owner_per_hour": COUNT,
            "per_minute": COUNT,
            "reminders": Key(values.durations),
            "max_age": LASTS,
            "lease": LASTS,
            "retry_base": LASTS,
            "retry_cap": LASTS,
            "reconnect_url": Key(urls.reconnect_url),
        },
    ),
    "email": Table(
        settings.EmailSettings,
        {
            "service": Key(values.name),
            "host": Key(urls.host),
            "port": Key(integer(1, 65535)),
            "username": TEXT,
            "password": SECRET,
            "security": Key(choice("starttls", "tls", "none")),
            "from": Key(values.address, "sender"),
            "from_name": Key(values.line, "sender_name"),
            "support": TEXT,
            "reply_to": Key(values.address),
            "timeout": LASTS,
            "ca_file": FILE,
        },
    ),
}
