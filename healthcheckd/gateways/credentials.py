"""What a gateway wants to see before it answers: key, password, extra headers. Never shown to anybody else."""

import base64
import logging
from pathlib import Path

from healthcheckd.config.texts import text_of
from healthcheckd.domain.redaction import MASK, masked
from healthcheckd.settings import GatewaySettings, Secret

logger = logging.getLogger(__name__)


class Credentials:
    """The headers that open one gateway. Secrets that came from files can be read again when they are refused."""

    def __init__(self, settings: GatewaySettings, key_header: str | None, prefix: str = "") -> None:
        """Without a `key_header`, name and password are what opens the gateway itself, and not a proxy before it.
        `prefix` goes before the key, as `Bearer ` does."""
        self._settings = settings
        self._key_header = key_header
        self._prefix = prefix
        self._key = settings.api_key or _from_file(settings.name, settings.api_key_file)
        self._password = settings.basic_password or _from_file(settings.name, settings.basic_password_file)

    @property
    def has_key(self) -> bool:
        return bool(self._key)

    @property
    def key(self) -> Secret | None:
        """For a gateway that wants it in the path."""
        return self._key

    @property
    def headers(self) -> dict[str, str]:
        """All of them."""
        if self._key_header is None:
            return self._extra() | self._basic()
        opening = {self._key_header: self._prefix + self._key.reveal()} if self._key else {}
        return self.without_key | opening

    @property
    def without_key(self) -> dict[str, str]:
        """What a stranger to the gateway sends who still gets through the proxy before it."""
        return self._extra() if self._key_header is None else self._extra() | self._basic()

    def renew(self) -> None:
        """Read the files again; what cannot be read stays as it was."""
        self._key = _from_file(self._settings.name, self._settings.api_key_file) or self._key
        self._password = _from_file(self._settings.name, self._settings.basic_password_file) or self._password

    def scrub(self, text: str) -> str:
        """`text` without any secret of this gateway, and without what looks like another's: for words of a server."""
        for secret in self._secrets():
            text = text.replace(secret.reveal(), MASK)
        return masked(text)

    def _extra(self) -> dict[str, str]:
        return {name: value.reveal() for name, value in self._settings.headers.items()}

    def _basic(self) -> dict[str, str]:
        if self._settings.basic_user is None:
            return {}
        pair = f"{self._settings.basic_user}:{self._password.reveal() if self._password else ''}"
        return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}

    def _secrets(self) -> list[Secret]:
        settings = self._settings
        known = (self._key, self._password, settings.proxy, settings.hook_secret, *settings.headers.values())
        return sorted(filter(None, known), key=lambda secret: -len(secret.reveal()))


def _from_file(gateway: str, path: Path | None) -> Secret | None:
    if path is None:
        return None
    try:
        return Secret(text_of(path, "utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        told = {"action": "secret_file_unreadable", "gateway": gateway, "path": str(path)}
        logger.warning("Cannot read %s: %s", path, reason, extra=told)
        return None
