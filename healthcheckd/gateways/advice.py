"""Sentences for the operator that hold for every kind of gateway: who else can use it, or read the way to it."""

from collections.abc import Mapping

from yarl import URL

from healthcheckd.config.urls import is_loopback
from healthcheckd.settings import GatewaySettings, Secret

PUBLISHED: Mapping[str, frozenset[str]] = {
    "waha": frozenset({"0" * 32}),
    "wwebjs": frozenset({"SET_YOUR_API_KEY_HERE"}),
    "wuzapi": frozenset({"1234ABCD"}),
    "evolution": frozenset({"429683C4C977415CAAFCCE10F7D57E11"}),
    "wppconnect": frozenset({"THISISMYSECURETOKEN"}),
}
"""The keys that stand in what each kind of gateway comes with: everybody knows them."""

PUBLISHED_HOOKS: Mapping[str, frozenset[str]] = {
    "gowa": frozenset({"secret"}),
    "wuzapi": frozenset({"your_global_hmac_key_here_minimum_32_chars"}),
}
"""The same of those with which they sign."""

NAMES: Mapping[str, str] = {
    "waha": "WAHA", "wwebjs": "wwebjs-api", "gowa": "GOWA", "wuzapi": "WuzAPI", "evolution": "Evolution",
    "wppconnect": "WPPConnect", "meta": "Meta",
}  # fmt: skip


def general_advice(settings: GatewaySettings, key: Secret | None) -> tuple[str, ...]:
    """`key` is the one in use, wherever it came from."""
    url, name = URL(settings.url), NAMES[settings.kind]
    told = []
    if _is_one_of(key, PUBLISHED, settings.kind):
        told.append(f"The key is the one {name} comes with: whoever reaches it can use it. Set another there.")
    if _is_one_of(settings.hook_secret, PUBLISHED_HOOKS, settings.kind):
        told.append(f"hook_secret is the one {name} comes with: anybody can sign with it. Set another.")
    if url.scheme == "http" and not is_loopback(url.host or ""):
        told.append("Plain http: whoever is on the way can read the key. Use https or a private network.")
    if url.scheme == "https" and not settings.tls_verify:
        told.append("tls_verify is off: anybody can pass for this gateway. Set ca_file instead.")
    return tuple(told)


def _is_one_of(secret: Secret | None, published: Mapping[str, frozenset[str]], kind: str) -> bool:
    return secret is not None and secret.reveal() in published.get(kind, frozenset())
