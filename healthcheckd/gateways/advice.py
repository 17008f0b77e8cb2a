"""Sentences for the operator about the way to a gateway, whatever its kind."""

from yarl import URL

from healthcheckd.config.urls import is_loopback
from healthcheckd.settings import GatewaySettings


def about_the_way(settings: GatewaySettings) -> tuple[str, ...]:
    """Who else can read the key, or pass for the gateway."""
    url = URL(settings.url)
    told = []
    if url.scheme == "http" and not is_loopback(url.host or ""):
        told.append("Plain http: whoever is on the way can read the key. Use https or a private network.")
    if url.scheme == "https" and not settings.tls_verify:
        told.append("tls_verify is off: anybody can pass for this gateway. Set ca_file instead.")
    return tuple(told)
