"""Contacts, and the channels that reach them."""

from healthcheckd import settings
from healthcheckd.config import values
from healthcheckd.config.keys.form import AT_ONCE, LASTS, SECRET, TEXT, Key, Table
from healthcheckd.config.values import choice

CHANNEL = Table(
    settings.ChannelSettings,
    {
        "name": Key(values.gateway_name, required=True),
        "kind": Key(choice("apprise", *settings.PAGERS)),
        "url": SECRET,
        "key": SECRET,
        "via": TEXT,
        "timeout": LASTS,
    },
)

CONTACT = Table(
    settings.ContactSettings,
    {
        "name": Key(values.gateway_name, required=True),
        "channel": TEXT,
        "address": TEXT,
        "role": Key(values.role),
        "kinds": Key(values.words),
        "after": AT_ONCE,
        "quiet_hours": Key(values.quiet_hours),
        "time_zone": Key(values.zone),
        "language": Key(values.language),
        "accounts": Key(values.words),
        "gateways": Key(values.words),
        "tags": Key(values.words),
        "customers": Key(values.words),
        "labels": Key(values.labels),
    },
)
