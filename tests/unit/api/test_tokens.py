"""Which tokens open the API, and why the others do not."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from healthcheckd.api.failures import MANAGE, BadToken
from healthcheckd.api.tokens import Token, Verifier, issue
from healthcheckd.errors import Refused
from healthcheckd.settings import JwtSettings, Secret
from tests.keys import ec_pair, rsa_pair

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
AT = int(NOW.timestamp())
SECRET = "a-secret-of-sixty-four-characters-that-is-long-for-any-of-these-1"
HS = JwtSettings("HS256", Secret(SECRET))
GOOD: dict[str, Any] = {"sub": "abc-123", "exp": AT + 3600, "permissions": [MANAGE]}


def rs() -> JwtSettings:
    return JwtSettings("RS256", public_key=Secret(rsa_pair().public.decode()))


def es() -> JwtSettings:
    return JwtSettings("ES256", public_key=Secret(ec_pair().public.decode()))


def signed(header: dict[str, Any] | None = None, key: str = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    kept = {name: value for name, value in {**GOOD, **claims}.items() if value is not None}
    return jwt.encode(kept, key, algorithm, headers=header)


def by_hand(header: dict[str, Any], claims: dict[str, Any] = GOOD, signature: bytes = b"") -> str:
    """As no library would write it."""
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def with_public_key_as_secret() -> str:
    """The old trick: RS256's public key, which everybody knows, as the secret of HS256."""
    unsigned = by_hand({"alg": "HS256", "typ": "JWT"}).rstrip(".")
    mac = hmac.new(rsa_pair().public, unsigned.encode(), hashlib.sha256).digest()
    return f"{unsigned}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def refusal(token: str, settings: JwtSettings = HS) -> str:
    with pytest.raises(BadToken) as caught:
        Verifier(settings).verify(token, NOW)
    assert token not in f"{caught.value} {caught.value.hint}" or not token
    return str(caught.value)


@pytest.mark.parametrize("settings", [HS, rs(), es()], ids=["HS256", "RS256", "ES256"])
def test_what_is_issued_is_verified(settings: JwtSettings) -> None:
    key = {"HS256": SECRET, "RS256": rsa_pair().private.decode(), "ES256": ec_pair().private.decode()}
    token = Token("ana", frozenset({MANAGE, "read"}), NOW + timedelta(days=30), NOW)
    assert Verifier(settings).verify(issue(settings, key[settings.algorithm], token), NOW) == token


def test_issuer_and_audience_of_the_configuration_are_in_what_is_issued() -> None:
    settings = JwtSettings("HS256", Secret(SECRET), issuer="https://id.acme.org", audience="healthcheckd")
    token = Token("ana", frozenset({MANAGE}), NOW + timedelta(days=1), NOW)
    assert Verifier(settings).verify(issue(settings, SECRET, token), NOW) == token
    assert refusal(signed(), settings) == "the token lacks iss"


@pytest.mark.parametrize(
    ("claims", "manages"),
    [
        ({"permissions": [MANAGE]}, True),
        ({"permissions": None, "scope": f"openid {MANAGE}"}, True),
        ({"permissions": ["read"], "scope": MANAGE}, True),
        ({"permissions": MANAGE}, False),
        ({"permissions": [f"x{MANAGE}x", 7, None]}, False),
        ({"permissions": {MANAGE: True}}, False),
        ({"permissions": None, "scope": [MANAGE]}, False),
        ({"permissions": None, "scope": f"{MANAGE}:not"}, False),
        ({"permissions": None}, False),
    ],
)
def test_a_permission_counts_in_the_two_places_where_it_belongs(claims: dict[str, Any], manages: bool) -> None:
    assert Verifier(HS).verify(signed(**claims), NOW).manages is manages


@pytest.mark.parametrize(
    ("token", "why"),
    [
        ("", "this is no token"),
        ("x", "this is no token"),
        ("a.b.c", "this is no token"),
        ("é.é.é", "this is no token"),
        ("x" * 5000, "this is no token"),
        (signed(key=SECRET[::-1]), "the token's signature is not right"),
        (signed().rpartition(".")[0] + "." + "A" * 43, "the token's signature is not right"),
        (by_hand({"alg": "none"}), "the token is signed by another algorithm"),
        (by_hand({"alg": "None"}), "the token is signed by another algorithm"),
        (by_hand({"typ": "JWT"}), "the token is signed by another algorithm"),
        (by_hand({"alg": ["HS256"]}), "the token is signed by another algorithm"),
        (signed(algorithm="HS512"), "the token is signed by another algorithm"),
        (signed(exp=AT - 31), "the token has expired"),
        (signed(exp=None), "the token lacks exp"),
        (signed(exp="never"), "the token's exp is no instant"),
        (signed(exp=True), "the token's exp is no instant"),
        (signed(exp=10**30), "the token's exp is no instant"),
        (signed(exp=1e308), "the token's exp is no instant"),
        (signed(nbf=AT + 31), "the token is not valid yet"),
        (signed(iat=AT + 31), "the token is not valid yet"),
        (signed(nbf="soon"), "the token's nbf is no instant"),
        (signed(sub=None), "the token lacks sub"),
        (signed(sub=""), "the token's subject is no name"),
        (signed(sub="a\nb"), "the token's subject is no name"),
        (signed(sub="a" * 201), "the token's subject is no name"),
        (by_hand({"alg": "HS256"}, {**GOOD, "sub": 7}), "the token's signature is not right"),
        (signed(aud="somebody-else"), "the token is for another audience"),
        (signed({"crit": ["b64"], "b64": False}), "the token's header must not hold b64"),
        (signed({"jku": "https://evil.example/keys"}), "the token's header must not hold jku"),
        (signed({"jwk": {"kty": "oct", "k": "AAAA"}}), "the token's header must not hold jwk"),
        (signed({"x5u": "https://evil.example/cert"}), "the token's header must not hold x5u"),
        (by_hand({"alg": "HS256", "kid": "../../../../dev/null"}), "the token's signature is not right"),
        (by_hand({"alg": "HS256", "kid": "x' UNION SELECT 'k"}), "the token's signature is not right"),
        (by_hand({"alg": "HS256", "kid": 7}), "this is no token"),
    ],
)
def test_it_is_refused(token: str, why: str) -> None:
    assert refusal(token) == why


def test_the_algorithm_is_the_configurations_and_not_the_tokens() -> None:
    assert refusal(with_public_key_as_secret(), rs()) == "the token is signed by another algorithm"
    assert refusal(signed(), rs()) == "the token is signed by another algorithm"
    foreign = signed(key=ec_pair().private.decode(), algorithm="ES256")
    assert refusal(foreign, HS) == "the token is signed by another algorithm"


def test_another_issuer_or_audience_is_refused() -> None:
    settings = JwtSettings("HS256", Secret(SECRET), issuer="https://id.acme.org", audience="healthcheckd")
    here = {"iss": "https://id.acme.org", "aud": "healthcheckd"}
    assert Verifier(settings).verify(signed(**here), NOW).subject == "abc-123"
    assert (
        refusal(signed(**{**here, "iss": "https://id.acme.org.evil"}), settings) == "the token is from another issuer"
    )
    assert refusal(signed(**{**here, "iss": "https"}), settings) == "the token is from another issuer"
    assert refusal(signed(**{**here, "aud": ["x"]}), settings) == "the token is for another audience"
    assert refusal(signed(iss=here["iss"]), settings) == "the token lacks aud"


def test_clocks_may_differ_by_the_leeway() -> None:
    assert Verifier(HS).verify(signed(exp=AT - 29, nbf=AT + 29), NOW).subject == "abc-123"


def test_only_a_token_that_was_right_once_counts_as_genuine() -> None:
    for token, genuine in ((signed(exp=AT - 60), True), (signed(key=SECRET[::-1]), False)):
        with pytest.raises(BadToken) as caught:
            Verifier(HS).verify(token, NOW)
        assert caught.value.genuine is genuine


def test_a_key_that_does_not_fit_signs_nothing() -> None:
    with pytest.raises(Refused, match="the key does not fit RS256"):
        issue(rs(), "no key", Token("ana", frozenset(), NOW, NOW))
