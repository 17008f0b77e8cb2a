"""Posts are believed only from the gateway: signatures, and keys that are sent along."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import pytest
from multidict import CIMultiDict

from healthcheckd.gateways.hooks import HOOKS, build_hook
from healthcheckd.gateways.signatures import check_signature, same
from healthcheckd.ports.hooks import HookRefused, Understood
from healthcheckd.settings import KINDS, GatewaySettings, Secret

SECRET = "a-secret-that-is-long-enough"
URLS = {"meta": "https://graph.facebook.com/v25.0/4711"}


def settings(kind: str, **more: Secret) -> GatewaySettings:
    secret = more.pop("hook_secret", Secret(SECRET))
    return GatewaySettings("main", kind, URLS.get(kind, "http://127.0.0.1:3000"), hook_secret=secret, **more)  # type: ignore[arg-type]


def signed(kind: str, body: bytes, secret: str = SECRET) -> Mapping[str, str]:
    """The headers with which a gateway of this kind posts a body."""
    digest = hashlib.sha512 if kind == "waha" else hashlib.sha256
    hexadecimal = hmac.new(secret.encode(), body, digest).hexdigest()
    name, prefix = {
        "waha": ("X-Webhook-Hmac", ""),
        "gowa": ("X-Hub-Signature-256", "sha256="),
        "wuzapi": ("x-hmac-signature", ""),
        "meta": ("X-Hub-Signature-256", "sha256="),
    }.get(kind, ("X-Nothing", ""))
    return CIMultiDict({name: prefix + hexadecimal, "Content-Type": "application/json"})


SIGNING = ("waha", "gowa", "wuzapi", "meta")
BODY = b'{"event":"message"}'


def test_every_kind_has_its_hook() -> None:
    assert set(HOOKS) == set(KINDS)


def test_without_a_secret_there_is_no_hook() -> None:
    assert build_hook(GatewaySettings("main", "waha", "http://127.0.0.1:3000")) is None


def test_the_vector_that_waha_publishes_is_right() -> None:
    body = b'{"event":"message","session":"default","engine":"WEBJS"}'
    signature = (
        "208f8a55dde9e05519e898b10b89bf0d0b3b0fdf11fdbf09b6b90476301b98d8"
        "097c462b2b17a6ce93b6b47a136cf2e78a33a63f6752c2c1631777076153fa89"
    )
    headers = CIMultiDict({"x-webhook-hmac": signature, "X-Webhook-Hmac-Algorithm": "sha512"})
    theirs = HOOKS["waha"](settings("waha", hook_secret=Secret("my-secret-key")))
    assert theirs.understand(headers, body) == Understood()
    with pytest.raises(HookRefused):
        HOOKS["waha"](settings("waha")).understand(headers, body)


@pytest.mark.parametrize("kind", SIGNING)
def test_a_right_signature_is_believed_however_its_digits_are_written(kind: str) -> None:
    hook = HOOKS[kind](settings(kind))
    headers = signed(kind, BODY)
    shouted = CIMultiDict({name: value.upper() for name, value in headers.items()})
    assert hook.understand(headers, BODY) == hook.understand(shouted, BODY) == Understood()


@pytest.mark.parametrize("kind", SIGNING)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda headers, body: ({}, body),
        lambda headers, body: (headers, body + b" "),
        lambda headers, body: ({name: "" for name in headers}, body),
        lambda headers, body: ({name: value[:-1] for name, value in headers.items()}, body),
        lambda headers, body: ({name: "ñandú \udce9" for name in headers}, body),
    ],
)
def test_any_other_is_not(kind: str, spoil: Callable[..., tuple[Mapping[str, str], bytes]]) -> None:
    headers, body = spoil(signed(kind, BODY), BODY)
    with pytest.raises(HookRefused) as caught:
        HOOKS[kind](settings(kind)).understand(CIMultiDict(headers), body)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("kind", SIGNING)
def test_another_secret_signs_in_vain(kind: str) -> None:
    with pytest.raises(HookRefused):
        HOOKS[kind](settings(kind)).understand(signed(kind, BODY, "another"), BODY)


def test_a_form_of_wuzapi_is_signed_as_it_is_sent() -> None:
    body = urlencode(sorted({"jsonData": json.dumps({"type": "Connected"}), "userID": "7"}.items())).encode()
    headers = CIMultiDict(signed("wuzapi", body))
    headers["content-type"] = "application/x-www-form-urlencoded"
    assert HOOKS["wuzapi"](settings("wuzapi")).understand(headers, body).news[0].names == ("7",)


def test_a_form_of_wuzapi_with_a_file_is_left_alone() -> None:
    headers = CIMultiDict({"Content-Type": "multipart/form-data; boundary=x"})
    assert HOOKS["wuzapi"](settings("wuzapi")).understand(headers, b"--x--").news == ()


def test_the_key_that_wwebjs_echoes_must_be_the_gateways() -> None:
    hook = HOOKS["wwebjs"](settings("wwebjs", api_key=Secret("the-key")))
    assert hook.understand({}, b"{}") == Understood()
    assert hook.understand(CIMultiDict({"X-API-KEY": "the-key"}), b"{}") == Understood()
    with pytest.raises(HookRefused):
        hook.understand(CIMultiDict({"x-api-key": "another"}), b"{}")


def test_only_what_signs_nothing_has_its_secret_in_the_path() -> None:
    assert {kind for kind in KINDS if HOOKS[kind](settings(kind)).in_path} == set(KINDS) - set(SIGNING)


class TestMetasHandshake:
    hook = HOOKS["meta"](settings("meta"))
    token = hook.guide("https://x", SECRET).values["Verify token"]

    def test_the_challenge_comes_back(self) -> None:
        query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": self.token}
        assert self.hook.handshake(query) == "1158201444"

    @pytest.mark.parametrize("wrong", [{"hub.verify_token": "x"}, {"hub.verify_token": ""}, {"hub.mode": "else"}])
    def test_not_for_a_stranger(self, wrong: Mapping[str, str]) -> None:
        query = {"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": self.token, **wrong}
        with pytest.raises(HookRefused):
            self.hook.handshake(query)

    def test_the_token_gives_the_secret_away_to_nobody(self) -> None:
        assert SECRET not in self.token
        masked = self.hook.guide("https://x", "****").values
        assert (masked["Verify token"], masked["App secret"]) == ("****", "****")

    @pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "meta"])
    def test_the_others_never_ask(self, kind: str) -> None:
        with pytest.raises(HookRefused):
            HOOKS[kind](settings(kind)).handshake({"hub.mode": "subscribe"})


@pytest.mark.parametrize("kind", KINDS)
def test_a_guide_without_the_secret_does_not_show_it(kind: str) -> None:
    guide = HOOKS[kind](settings(kind)).guide("https://hooks.acme.org/hooks/main", "****")
    assert SECRET not in repr(guide)
    assert any("https://hooks.acme.org/hooks/main" in value for value in guide.values.values())
    assert guide.notes


def test_gowas_own_secret_is_warned_of() -> None:
    hook = HOOKS["gowa"](settings("gowa", hook_secret=Secret("secret")))
    assert any("anybody can sign" in note for note in hook.guide("http://x", "****").notes)


def test_no_secret_is_written_by_showing_a_hook() -> None:
    assert SECRET not in repr(vars(HOOKS["waha"](settings("waha"))))


def test_comparing_takes_whatever_is_sent() -> None:
    assert same("abc", "abc")
    assert not same("\udcff", "abc")
    with pytest.raises(HookRefused, match="not signed"):
        check_signature({}, b"", Secret("x"), "X-Sig", "sha256")
