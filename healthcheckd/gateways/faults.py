"""Why there was no usable answer, in words for a person: exceptions and status codes become `GatewayError`."""

import errno
import os
import ssl
from pathlib import Path

import aiohttp
from yarl import URL

from healthcheckd.config.urls import is_loopback
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.settings import GatewaySettings

CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))

ITS_OWN = frozenset({GatewayFault.TIMEOUT, GatewayFault.BAD_ANSWER, GatewayFault.NOT_FOUND})
"""Failures of a single reading that concern one session. Whether the gateway itself is late is asked elsewhere."""


class Faults:
    """The failures of one gateway. A sentence holds no key, no query, no body, and no exception's own text,
    because aiohttp's texts hold URLs with passwords and its objects hold the headers sent."""

    def __init__(self, settings: GatewaySettings, container_marks: tuple[Path, ...] = CONTAINER_MARKS) -> None:
        self._settings = settings
        self._url = URL(settings.url)
        self._container_marks = container_marks

    def where(self, path: str) -> str:
        return f"{self._settings.name} {path}"

    def late(self, where: str, seconds: float) -> GatewayError:
        return GatewayError(GatewayFault.TIMEOUT, f"no answer within {seconds:g} s", where=where)

    def bad_answer(self, where: str, what: str, hint: str = "") -> GatewayError:
        return GatewayError(GatewayFault.BAD_ANSWER, what, where=where, hint=hint)

    def broken(self, error: aiohttp.ClientError | OSError | ValueError, where: str) -> GatewayError:
        """What an exception of a request means. Raise it `from None`."""
        match error:
            case aiohttp.ClientProxyConnectionError() | aiohttp.ClientHttpProxyError():
                return self._network(where, "the proxy gives no way through", f"check proxy of {self._named}")
            case aiohttp.ClientConnectorDNSError():
                return self._network(where, f"no address is known for {self._url.host}", f"check url of {self._named}")
            case aiohttp.ClientSSLError() | ssl.SSLError():
                return self._tls(error, where)
            case aiohttp.ClientOSError() if error.errno == errno.ECONNREFUSED:
                return self._refused(where)
            case aiohttp.ClientConnectionError() | OSError():
                return self._network(where, _broke_off(error))
            case aiohttp.ClientPayloadError():
                return self.bad_answer(where, "the answer broke off")
            case ValueError():
                return self.bad_answer(where, "cannot be asked", f"check url, api_key and headers of {self._named}")
        return self.bad_answer(where, "the answer is not HTTP", f"check url of {self._named}")

    def unusable(self, error: OSError, what: str, key: str) -> GatewayError:
        """A file of the TLS settings that cannot be used."""
        reason = "not a usable PEM file" if isinstance(error, ssl.SSLError) else error.strerror
        hint = f"check {key} of {self._named}"
        return GatewayError(GatewayFault.TLS, f"{what}: {reason}", where=self._settings.name, hint=hint)

    def status(self, status: int, where: str, words: str = "", *, basic: bool = False) -> GatewayError:
        """What a status that is no success means; `words` are the useful ones of the answer."""
        said = f"{words} ({status})" if words else ""
        match status:
            case 401 | 403:
                return self.unauthorized(status, where, basic=basic)
            case 404:
                what, fault = said or "nothing is found there (404)", GatewayFault.NOT_FOUND
            case 409 | 422:
                what, fault = said or f"not possible in the present state ({status})", GatewayFault.CONFLICT
            case 429:
                what, fault = "too many requests (429)", GatewayFault.RATE_LIMITED
            case _ if status >= 500:
                what, fault = f"the server failed ({status})", GatewayFault.SERVER_ERROR
            case _:
                what, fault = said or f"an answer that means nothing here ({status})", GatewayFault.BAD_ANSWER
        return GatewayError(fault, what, where=where)

    def redirected(self, location: str, where: str) -> GatewayError:
        """Redirects are not followed: one to another host would carry the key along."""
        target = _origin(location)
        what = f"redirected to {target}, which is not followed" if target else "redirected, which is not followed"
        return self.bad_answer(where, what, f"put the final address into url of {self._named}")

    def unauthorized(self, status: int, where: str, *, basic: bool = False) -> GatewayError:
        """The key, or the password of a proxy before the gateway, is not the right one; it names where to put it."""
        keys = "api_key_file" if self._settings.api_key_file else "api_key"
        if basic and self._settings.basic_user is None:
            what, hint = "it wants a name and a password", "set basic_user and basic_password"
        elif basic:
            what, hint = "the password is refused", "check basic_user and basic_password"
        elif self._settings.api_key or self._settings.api_key_file:
            what, hint = "the key is refused", f"check {keys}"
        else:
            what, hint = "it wants a key", f"set {keys}"
        fault = GatewayFault.UNAUTHORIZED
        return GatewayError(fault, f"{what} ({status})", where=where, hint=f"{hint} of {self._named}")

    @property
    def _named(self) -> str:
        origin = str(self._settings.origin)
        return f"gateway {self._settings.name}" + (f" ({origin})" if origin else "")

    def _network(self, where: str, what: str, hint: str = "") -> GatewayError:
        return GatewayError(GatewayFault.NETWORK, what, where=where, hint=hint)

    def _refused(self, where: str) -> GatewayError:
        what = f"nothing listens at {self._url.host}:{self._url.port}"
        hint = f"is it running? check url of {self._named}"
        if is_loopback(self._url.host or "") and any(mark.exists() for mark in self._container_marks):
            hint = f"inside a container {self._url.host} is the container itself: put the host's address into url"
        return GatewayError(GatewayFault.REFUSED, what, where=where, hint=hint)

    def _tls(self, error: Exception, where: str) -> GatewayError:
        if isinstance(error, aiohttp.ClientConnectorCertificateError):
            reason = getattr(error.certificate_error, "verify_message", "") or "not valid for this name"
            hint = f"set ca_file of {self._named} to the authority that signed it"
            return GatewayError(GatewayFault.TLS, f"certificate not trusted: {reason}", where=where, hint=hint)
        hint = f"does it speak https? check url and client_cert of {self._named}"
        return GatewayError(GatewayFault.TLS, "no TLS connection comes about", where=where, hint=hint)


def _broke_off(error: Exception) -> str:
    number = getattr(error, "errno", None)
    if not number or number in {errno.ECONNRESET, errno.EPIPE}:
        return "the connection broke off"
    return os.strerror(number).lower() if number > 0 else "no connection"


def _origin(location: str) -> str:
    """Scheme, host and port of a redirect, or nothing: its path and query may carry secrets."""
    try:
        url = URL(location)
        return str(url.origin()) if url.is_absolute() and len(location) <= 2_000 else ""
    except ValueError:
        return ""
