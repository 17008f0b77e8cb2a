"""Whether a post is from the gateway: signatures over the raw body, and secrets that are sent along."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Literal

from healthcheckd.ports.hooks import HookRefused
from healthcheckd.settings import Secret

Digest = Literal["sha256", "sha512"]


def digest_of(body: bytes, secret: Secret, digest: Digest) -> str:
    """Hexadecimal."""
    return hmac.new(secret.reveal().encode(), body, getattr(hashlib, digest)).hexdigest()


def check_signature(
    headers: Mapping[str, str], body: bytes, secret: Secret, header: str, digest: Digest, prefix: str = ""
) -> None:
    """Raises `HookRefused` unless `header` holds the signature of exactly these bytes, after a `prefix`."""
    given = headers.get(header, "").strip()
    if not given:
        raise HookRefused(f"it is not signed: no {header}")
    if not same(given.lower(), prefix + digest_of(body, secret, digest)):
        raise HookRefused(f"its signature in {header} is not right")


def same(given: str, wanted: str) -> bool:
    """In constant time, whatever somebody sends."""
    return hmac.compare_digest(given.encode(errors="surrogatepass"), wanted.encode())
