"""Tokens that open the API on TCP: what makes one good, and making one. Of use outside a request, too."""

import math
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from healthcheckd.api.failures import MANAGE, BadToken
from healthcheckd.errors import Refused
from healthcheckd.settings import JwtSettings

LONGEST = 4096
"""Characters of a token; nobody needs so many, and more are not even decoded."""

LONGEST_SUBJECT = 200

_TRICKS = frozenset({"b64", "crit", "jku", "jwk", "x5u"})
"""What a token's header must not hold: another way to read it, or a key that it brings along (RFC 8725, 3.10). A `kid`
names a key among many, and there is one: it is not looked at."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a good token says. `issued_at` is None where it does not say that."""

    subject: str
    permissions: frozenset[str]
    expires_at: datetime
    issued_at: datetime | None = None

    @property
    def manages(self) -> bool:
        return MANAGE in self.permissions


@dataclass(frozen=True, slots=True)
class Verifier:
    """Algorithm and key come from the configuration, whatever a token says of itself."""

    settings: JwtSettings

    def verify(self, token: str, now: datetime) -> Token:
        """Raises `BadToken`."""
        claims = self._decoded(token)
        self._check_times(claims, now)
        subject = claims["sub"]
        if not subject or len(subject) > LONGEST_SUBJECT or not subject.isprintable():
            raise BadToken("the token's subject is no name")
        issued_at = _instant(claims, "iat") if "iat" in claims else None
        return Token(subject, _permissions(claims), _instant(claims, "exp"), issued_at)

    def _decoded(self, token: str) -> dict[str, Any]:
        import jwt

        if len(token) > LONGEST or not token.isascii():
            raise BadToken("this is no token")
        settings = self.settings
        required = ["exp", "sub", *(["iss"] if settings.issuer else []), *(["aud"] if settings.audience else [])]
        try:
            if tricks := jwt.get_unverified_header(token).keys() & _TRICKS:
                raise BadToken(f"the token's header must not hold {min(tricks)}")
            claims: dict[str, Any] = jwt.decode(
                token,
                verifying_key(settings),
                algorithms=[settings.algorithm],
                issuer=settings.issuer or None,
                audience=settings.audience or None,
                options={"require": required, "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except jwt.PyJWTError as error:
            raise BadToken(_why(error)) from None
        except (ValueError, TypeError, RecursionError):
            raise BadToken("this is no token") from None
        return claims

    def _check_times(self, claims: dict[str, Any], now: datetime) -> None:
        leeway = self.settings.leeway
        if now - leeway >= _instant(claims, "exp"):
            raise BadToken("the token has expired", genuine=True)
        for claim in ("nbf", "iat"):
            if claim in claims and _instant(claims, claim) > now + leeway:
                raise BadToken("the token is not valid yet", genuine=True)


def verifying_key(settings: JwtSettings) -> str:
    """The one that fits the algorithm: a public key never serves as a secret."""
    key = settings.secret if settings.algorithm == "HS256" else settings.public_key
    return key.reveal() if key else ""


def issue(settings: JwtSettings, key: str, token: Token) -> str:
    """Signed with `key`, the secret or the private key. Raises `Refused` for a key that does not fit the algorithm."""
    import jwt

    claims: dict[str, Any] = {
        "sub": token.subject,
        "permissions": sorted(token.permissions),
        "iat": int((token.issued_at or datetime.now(UTC)).timestamp()),
        "exp": int(token.expires_at.timestamp()),
        "jti": uuid.uuid4().hex,
    }
    claims |= {"iss": settings.issuer} if settings.issuer else {}
    claims |= {"aud": settings.audience} if settings.audience else {}
    try:
        return jwt.encode(claims, key, settings.algorithm)
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):  # the last one for a public key
        raise Refused(f"the key does not fit {settings.algorithm}", hint="healthcheck token issue --help") from None


def _instant(claims: dict[str, Any], claim: str) -> datetime:
    """Seconds since 1970, as a number and nothing else."""
    value = claims[claim]
    try:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise BadToken(f"the token's {claim} is no instant")
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=value)
    except OverflowError:
        raise BadToken(f"the token's {claim} is no instant") from None


def _permissions(claims: dict[str, Any]) -> frozenset[str]:
    """An array `permissions`, words in `scope`; anything else counts for nothing."""
    listed, spoken = claims.get("permissions"), claims.get("scope")
    found = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    return frozenset([*found, *(spoken.split(" ") if isinstance(spoken, str) else [])])


def _why(error: Exception) -> str:
    """In words of ours: the library's may repeat what came."""
    import jwt

    if isinstance(error, jwt.MissingRequiredClaimError):
        return f"the token lacks {error.claim}"
    reasons = (
        (jwt.InvalidSignatureError, "the token's signature is not right"),
        (jwt.InvalidAlgorithmError, "the token is signed by another algorithm"),
        (jwt.InvalidIssuerError, "the token is from another issuer"),
        (jwt.InvalidAudienceError, "the token is for another audience"),
        (jwt.exceptions.InvalidSubjectError, "the token's subject is no name"),
    )
    return next((why for kind, why in reasons if isinstance(error, kind)), "this is no token")
