"""Where others reach the daemon."""

from healthcheckd import settings
from healthcheckd.config import doors, urls, values
from healthcheckd.config.keys.form import AT_ONCE, COUNT, FILE, LASTS, NAME, TEXT, Key, Table

TABLES = {
    "control": Table(settings.ControlSettings, {"socket": Key(values.path), "manage_group": NAME}),
    "http": Table(
        settings.HttpSettings,
        {
            "listen": Key(values.listen),
            "base_path": Key(doors.base_path),
            "public_url": Key(urls.gateway_url),
            "tls_cert": FILE,
            "tls_key_file": FILE,
            "trusted_proxies": Key(doors.networks),
            "max_body": Key(values.size),
            "timeout": LASTS,
            "connections": COUNT,
            "per_minute": COUNT,
            "bad_tokens": COUNT,
            "lockout": LASTS,
        },
    ),
    "jwt": Table(
        settings.JwtSettings,
        {
            "algorithm": Key(doors.algorithm),
            "secret": Key(doors.signing_secret, secret=True, from_file=True),
            "public_key": Key(doors.public_key, secret=True, from_file=True),
            "issuer": TEXT,
            "audience": TEXT,
            "leeway": AT_ONCE,
        },
    ),
    "hooks": Table(settings.HooksSettings, {"listen": Key(values.listen), "public_url": Key(urls.gateway_url)}),
}
