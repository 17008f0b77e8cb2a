"""Addresses as apprise writes them. It is imported here when one is used, and what it logs is kept out of our log."""

import re
from typing import Any
from urllib.parse import quote, unquote

from healthcheckd.settings.telling import placeholders

SAMPLES = {"phone": "4915123456789", "address": "someone"}
_SHORTEST_SECRET = 4
_TALKATIVE = ("apprise", "urllib3", "requests")
_BETWEEN = re.compile(r"[/:@?&=,+#\s]+")


def understood(pattern: str) -> bool:
    """Whether apprise knows such a service, and finds everything there that the service needs."""
    return service(filled(pattern, SAMPLES)) is not None


def service(url: str) -> Any:
    """The service that a url stands for; None if there is none, or if it lacks something."""
    from apprise import Apprise, AppriseAsset

    silenced()
    return Apprise.instantiate(url, asset=AppriseAsset(app_id="healthcheckd", app_desc="healthcheckd", app_url=""))


def filled(pattern: str, values: dict[str, str]) -> str:
    """The pattern with a contact's values, none of which can mean anything in a URL."""
    for name in placeholders(pattern) & values.keys():
        pattern = pattern.replace(f"{{{name}}}", quote(values[name], safe=""))
    return pattern


def without_secrets(text: str, pattern: str) -> str:
    """Without anything that stands in the url, except the host where it is one: for apprise a key may stand there."""
    scheme, _, rest = pattern.partition("://")
    parts = [part for part in _BETWEEN.split(rest) if not placeholders(part)]
    known = {spelt for part in parts for spelt in (part, unquote(part)) if len(spelt) >= _SHORTEST_SECRET}
    for secret in sorted(known - {scheme, _host(rest)}, key=len, reverse=True):
        text = text.replace(secret, "****")
    return text


def silenced() -> None:
    """What apprise and those below it log may hold what a URL hides, and must not get into our log by itself."""
    import logging

    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _host(rest: str) -> str:
    """A name with a dot, or this machine; `user:key@` is never part of it."""
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2].partition(":")[0]
    return host if "." in host or host == "localhost" else ""
