"""Gateways and accounts, of which there are several."""

from healthcheckd import settings
from healthcheckd.config import urls, values
from healthcheckd.config.keys.form import COUNT, FILE, LASTS, NAME, SECRET, TEXT, Key, Table
from healthcheckd.config.values import choice

GATEWAY = Table(
    settings.GatewaySettings,
    {
        "name": Key(values.gateway_name, required=True),
        "kind": Key(choice(*settings.KINDS), required=True),
        "url": Key(urls.gateway_url, required=True),
        "api_key": SECRET,
        "discover": Key(choice("all", "listed")),
        "ignore": Key(values.words),
        "timeout": LASTS,
        "ca_file": FILE,
        "tls_verify": Key(values.boolean),
        "client_cert": FILE,
        "client_key_file": FILE,
        "basic_user": NAME,
        "basic_password": SECRET,
        "headers": Key(values.headers, secret=True),
        "proxy": Key(urls.proxy, secret=True, from_file=True),
        "hook_secret": SECRET,
        "labels": Key(values.labels),
    },
)

ACCOUNT = Table(
    settings.AccountSettings,
    {
        "id": Key(values.account_id, required=True),
        "name": NAME,
        "phone": Key(values.phone),
        "owner_email": Key(values.addresses),
        "customer": TEXT,
        "tags": Key(values.words),
        "language": Key(values.language),
        "time_zone": Key(values.zone),
        "daily_limit": COUNT,
        "notify_after": LASTS,
        "contacts": Key(values.words),
        "enabled": Key(values.boolean),
    },
)
