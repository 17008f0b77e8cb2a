"""Programs of others that hear of every change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from healthcheckd.settings.values import Origin, Secret


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """`url` is a secret as a whole: with many services its path is the password. `include` names the personal data
    that goes along; filters are alternatives within a key, and all of them have to fit."""

    name: str
    url: Secret
    secret: Secret
    events: tuple[str, ...] = ("*",)
    gateways: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    timeout: timedelta = timedelta(seconds=10)
    concurrency: int = 4
    ca_file: Path | None = None
    headers: Mapping[str, Secret] = field(default_factory=dict)
    origin: Origin = Origin()

    @property
    def place(self) -> str:
        """Scheme, host and port of the URL: all of it that may be shown."""
        parts = urlsplit(self.url.reveal())
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")
