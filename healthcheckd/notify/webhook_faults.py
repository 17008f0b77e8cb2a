"""Why a webhook did not take an event, in words for a person: whose fault it is, and whether trying again can help."""

import errno
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, unquote, urlsplit

import aiohttp

from healthcheckd.domain.redaction import MASK, masked
from healthcheckd.errors import DeliveryError, DeliveryScope
from healthcheckd.notify.foreign import clean
from healthcheckd.settings import WebhookSettings

LONGEST_WORDS = 160
LONGEST_WAIT = timedelta(hours=1)
"""A receiver may ask for patience, not for silence."""

_SHORTEST_SECRET = 4
_LONG_SEGMENT = 12
"""A part of a path that is so long names nothing: it is a key."""

_TRY_AGAIN = frozenset({408, 425, 429})
"""Refusals that may pass by themselves, as every 5xx may."""


@dataclass(frozen=True, slots=True)
class Blame:
    """Turns what went wrong at one receiver into `DeliveryError`s. A sentence holds no exception's own text, for
    aiohttp's hold the URL."""

    settings: WebhookSettings

    @property
    def where(self) -> str:
        return f"webhook {self.settings.name} at {self.settings.place}"

    def late(self, seconds: float) -> DeliveryError:
        error = self._message(f"no answer within {seconds:g} s", permanent=False)
        error.unclear = True
        return error

    def broken(self, error: aiohttp.ClientError | OSError | ValueError) -> DeliveryError:
        """What an exception of a request means. Raise it `from None`."""
        match error:
            case aiohttp.ClientConnectorDNSError():
                return self._channel("no address is known for its host", self._check("url"))
            case aiohttp.ClientConnectorCertificateError():
                return self._channel(f"its certificate is not trusted: {_certificate(error)}", self._check("ca_file"))
            case aiohttp.ClientSSLError() | ssl.SSLError():
                return self._channel("no TLS connection comes about", self._check("url"))
            case aiohttp.ClientOSError() if error.errno == errno.ECONNREFUSED:
                return self._channel("nothing listens there", self._check("url"))
            case aiohttp.ClientConnectorError() | aiohttp.ServerDisconnectedError() | OSError():
                return self._broke_off(error)
            case ValueError():
                return self._channel("cannot be posted to", self._check("url and headers"))
        return self._channel("what answers is not HTTP", self._check("url"))

    def unusable(self, error: OSError) -> DeliveryError:
        """The configured certificates."""
        reason = "not a usable PEM file" if isinstance(error, ssl.SSLError) else error.strerror
        return self._channel(f"{self.settings.ca_file}: {reason}", self._check("ca_file"))

    def refused(self, status: int, headers: Mapping[str, str], words: str, now: datetime) -> DeliveryError:
        """An answer that is no yes."""
        if 300 <= status < 400:
            what = f"it redirects, which is not followed: {words}"
            return self._message(what, permanent=False, hint="put the final address into url")
        error = self._message(words, permanent=400 <= status < 500 and status not in _TRY_AGAIN)
        if not error.permanent:
            error.retry_after = wait_asked(headers.get("Retry-After", ""), now)
        return error

    def words(self, status: int, reason: str, body: bytes) -> str:
        """`503 Service Unavailable: try later`, in one harmless line without our secrets or anybody's."""
        said = " ".join(filter(None, (f"{status} {reason}".strip() + ":", body.decode(errors="replace"))))
        return clean(masked(self._without_ours(said)), LONGEST_WORDS).removesuffix(":")

    def _without_ours(self, said: str) -> str:
        for ours in self._secrets():
            said = said.replace(ours, MASK)
        return said

    def _secrets(self) -> list[str]:
        """The longest first, so that no tail of one is left by another."""
        url = urlsplit(self.settings.url.reveal())
        parts = [self.settings.url.reveal(), self.settings.secret.reveal(), url.query, url.path.strip("/")]
        parts += [unquote(part) for part in (url.username, url.password) if part]
        parts += [value for _, value in parse_qsl(url.query)]
        parts += [part for part in url.path.split("/") if len(part) >= _LONG_SEGMENT]
        parts += [value.reveal() for value in self.settings.headers.values()]
        return sorted((part for part in parts if len(part) >= _SHORTEST_SECRET), key=len, reverse=True)

    def _check(self, key: str) -> str:
        origin = str(self.settings.origin)
        return f"check {key} of webhook {self.settings.name}" + (f" ({origin})" if origin else "")

    def _broke_off(self, error: Exception) -> DeliveryError:
        number = getattr(error, "errno", None) or 0
        known = number > 0 and number not in {errno.ECONNRESET, errno.EPIPE}
        failed = self._channel(os.strerror(number).lower() if known else "the connection broke off", "")
        failed.unclear = not isinstance(error, aiohttp.ClientConnectorError)
        return failed

    def _channel(self, what: str, hint: str) -> DeliveryError:
        return DeliveryError(what, scope=DeliveryScope.CHANNEL, permanent=False, where=self.where, hint=hint)

    def _message(self, what: str, *, permanent: bool, hint: str = "") -> DeliveryError:
        return DeliveryError(what, scope=DeliveryScope.MESSAGE, permanent=permanent, where=self.where, hint=hint)


def seconds_asked(header: str) -> timedelta | None:
    """The same where only seconds are understood; whatever somebody sends, no more than an hour."""
    text = header.strip()
    if not (text.isascii() and text.isdigit()):
        return None
    return min(timedelta(seconds=min(int(text[:9]), 10**6)), LONGEST_WAIT)


def wait_asked(header: str, now: datetime) -> timedelta | None:
    """What `Retry-After` says, in seconds or as a date; None for nothing that can be understood."""
    if (seconds := seconds_asked(header)) is not None:
        return seconds
    try:
        until = parsedate_to_datetime(header.strip())
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(aware - now, timedelta(0)), LONGEST_WAIT)


def _certificate(error: aiohttp.ClientConnectorCertificateError) -> str:
    return getattr(error.certificate_error, "verify_message", "") or "not valid for this name"
