"""Where others reach the daemon."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from healthcheckd.settings.values import Secret


@dataclass(frozen=True, slots=True)
class ControlSettings:
    socket: Path = Path("control.sock")
    manage_group: str = "healthcheckd"


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """The API on TCP. `public_url` is what others call it, with `base_path`; `trusted_proxies` are networks whose word
    on whom they speak for is taken. `max_body` is in bytes. `timeout` is for a request to come in and for a reader to
    take something; `per_minute` counts the calls of one address, `bad_tokens` those it may get wrong before it is
    locked out for `lockout`."""

    listen: tuple[str, int] | None = None
    base_path: str = ""
    public_url: str = ""
    tls_cert: Path | None = None
    tls_key_file: Path | None = None
    trusted_proxies: tuple[str, ...] = ()
    max_body: int = 10_000_000
    timeout: timedelta = timedelta(seconds=20)
    connections: int = 1000
    per_minute: int = 3000
    bad_tokens: int = 10
    lockout: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class JwtSettings:
    """Whose tokens open the API on TCP; without an `algorithm` none do. `public_key` is PEM."""

    algorithm: str = ""
    secret: Secret | None = None
    public_key: Secret | None = None
    issuer: str = ""
    audience: str = ""
    leeway: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class HooksSettings:
    """Where gateways post what they have to tell; `public_url` is what they call that place, if it is not `listen`."""

    listen: tuple[str, int] | None = None
    public_url: str = ""
