"""What may be written of the API on TCP and of the tokens that open it."""

import re
import ssl
from collections.abc import Iterator
from importlib.util import find_spec
from ipaddress import ip_network

from healthcheckd.config.urls import is_loopback
from healthcheckd.config.values import Wrong, line, secret
from healthcheckd.settings import HttpSettings, JwtSettings, Secret, Settings

ALGORITHMS = ("HS256", "RS256", "ES256")
SHORTEST_SECRET = 32
"""Bytes: as many as the hash has (RFC 7518, 3.2)."""

_BASE_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_PEM = "-----BEGIN "


def algorithm(value: object) -> str:
    if not isinstance(value, str) or value.strip().upper() not in ALGORITHMS:
        raise Wrong(f"must be one of {', '.join(ALGORITHMS)}")
    return value.strip().upper()


def signing_secret(value: object) -> Secret:
    """Guessing it would take longer than the world lasts, and it is no key that others know."""
    found = secret(value)
    if _PEM in found.reveal():
        raise Wrong("must not be a key pair's part: a public key belongs into public_key_file")
    if len(found.reveal().encode()) < SHORTEST_SECRET:
        raise Wrong(f"must have {SHORTEST_SECRET} bytes or more, such as what “openssl rand -base64 32” prints")
    return found


def public_key(value: object) -> Secret:
    if not isinstance(value, str) or _PEM not in value:
        raise Wrong("must be a public key in PEM form")
    if "PRIVATE KEY" in value:
        raise Wrong("must be the public key alone: the private one belongs to whoever issues tokens")
    return Secret(value)


def base_path(value: object) -> str:
    """Without a slash at the end; `/` is none at all."""
    text = line(value).rstrip("/")
    if text and (not _BASE_PATH.fullmatch(text) or {".", ".."} & set(text.split("/"))):
        raise Wrong('must be a path such as "/wa"')
    return text


def networks(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Wrong('must be a list of addresses or networks such as ["10.0.0.0/8"]')
    return tuple(dict.fromkeys(_network(one) for one in value))


def _network(value: object) -> str:
    try:
        return str(ip_network(line(value).strip()))
    except ValueError as error:
        raise Wrong('must hold addresses or networks such as "10.0.0.0/8"') from error


def door_faults(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Table, key and what is wrong, where no key is wrong alone."""
    yield from _tls_faults(settings.http)
    yield from _token_faults(settings.jwt)


def _tls_faults(http: HttpSettings) -> Iterator[tuple[str, str, str]]:
    if http.tls_cert is None:
        if http.tls_key_file is not None:
            yield "http", "tls_key_file", "is of no use without tls_cert"
        return
    try:
        tls_context(http)
    except ssl.SSLError:
        yield "http", "tls_cert", "must hold a certificate, and it or tls_key_file its unencrypted key, in PEM form"
    except OSError as error:
        yield "http", "tls_cert", f"cannot be read, or its key: {(error.strerror or str(error)).lower()}"


def tls_context(http: HttpSettings) -> ssl.SSLContext:
    """Raises OSError for a certificate or key that cannot be used; an encrypted key is one, since nobody is there to
    type."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if http.tls_cert is not None:
        context.load_cert_chain(http.tls_cert, http.tls_key_file, lambda: "")
    return context


def _token_faults(jwt: JwtSettings) -> Iterator[tuple[str, str, str]]:
    if not jwt.algorithm:
        if jwt != JwtSettings():
            yield "jwt", "algorithm", f"is required: one of {', '.join(ALGORITHMS)}"
        return
    needed = _key_of(jwt)
    if not getattr(jwt, needed):
        yield "jwt", needed, f"is required for {jwt.algorithm} ({needed}_file)"
    if missing := [name for name in ("jwt", "cryptography") if find_spec(name) is None]:
        yield "jwt", "algorithm", f"needs {missing[0]}, which is missing: pip install 'healthcheckd[web]'"
    elif jwt.public_key and needed == "public_key" and (why := _unfit(jwt.public_key, jwt.algorithm)):
        yield "jwt", "public_key", why


def _key_of(jwt: JwtSettings) -> str:
    return "secret" if jwt.algorithm == "HS256" else "public_key"


def _unfit(key: Secret, name: str) -> str:
    """Why a public key cannot serve an algorithm."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        found = load_pem_public_key(key.reveal().encode())
    except (ValueError, UnsupportedAlgorithm):
        return "must be a public key in PEM form (BEGIN PUBLIC KEY)"
    if name == "RS256":
        fits = isinstance(found, RSAPublicKey) and found.key_size >= 2048
        return "" if fits else "must be an RSA key of 2048 bits or more for RS256"
    fits = isinstance(found, EllipticCurvePublicKey) and isinstance(found.curve, SECP256R1)
    return "" if fits else "must be a key on the curve P-256 for ES256"


def door_warnings(settings: Settings) -> Iterator[str]:
    """What is allowed, and still worth a word."""
    http, jwt = settings.http, settings.jwt
    if http.listen is None:
        if jwt.algorithm:
            yield "[jwt] has no effect: http.listen is not set"
        return
    yield from (f"jwt.{key} has no effect with {jwt.algorithm}" for key in _useless(jwt))
    if not jwt.algorithm:
        yield "http.listen serves only /livez and /readyz: write [jwt] to open the API to tokens"
    elif not is_loopback(http.listen[0]) and http.tls_cert is None and not http.trusted_proxies:
        cure = "tls_cert, or a proxy that is named in trusted_proxies"
        yield f"http.listen is {http.listen[0]} without TLS: tokens can be read on the way ({cure})"


def _useless(jwt: JwtSettings) -> list[str]:
    return [key for key in ("secret", "public_key") if jwt.algorithm and getattr(jwt, key) and key != _key_of(jwt)]
