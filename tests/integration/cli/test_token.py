"""Tokens by command: nothing on stdout but what was asked for, and every refusal with the way on."""

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from healthcheckd.api.tokens import MANAGE, Verifier
from healthcheckd.cli.main import main
from healthcheckd.settings import JwtSettings, Secret
from tests.keys import ec_pair, rsa_pair

SECRET = "a-secret-of-forty-characters-for-tests-1"
HS256 = f'[jwt]\nalgorithm = "HS256"\nsecret = "{SECRET}"\n'
ES256 = '[jwt]\nalgorithm = "ES256"\npublic_key_file = "public.pem"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "public.pem").write_bytes(ec_pair().public)
    (tmp_path / "private.pem").write_bytes(ec_pair().private)
    (tmp_path / "stranger.pem").write_bytes(ec_pair.__wrapped__().private)
    (tmp_path / "other.pem").write_bytes(rsa_pair().private)
    return tmp_path / "hc.toml"


def said(config: Path, table: str, *words: str) -> int:
    config.write_text(table)
    config.chmod(0o600)
    return main(["--config", str(config), "token", *words])


def test_a_token_is_all_that_is_printed(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(config, HS256, "issue", "--sub", "ana", "--for", "30d") == 0
    out, err = capsys.readouterr()
    found = Verifier(JwtSettings("HS256", Secret(SECRET))).verify(out.removesuffix("\n"), datetime.now(UTC))
    assert (found.subject, found.permissions, err) == ("ana", {MANAGE}, "")
    assert timedelta(days=29, hours=23) < found.expires_at - datetime.now(UTC) <= timedelta(days=30)


def test_a_private_key_of_ones_own_signs(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(config, ES256, "issue", "--sub", "ci", "--key", str(config.parent / "private.pem")) == 0
    token = capsys.readouterr().out.strip()
    assert said(config, ES256, "verify", token, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["sub"], told["permissions"]) == ("ci", [MANAGE])


def test_a_token_is_read_from_standard_input(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said(config, HS256, "issue", "--sub", "ana")
    monkeypatch.setattr("sys.stdin", io.StringIO(capsys.readouterr().out))
    assert said(config, HS256, "verify") == 0
    assert capsys.readouterr().out.startswith("ana: system:manage, until 20")


@pytest.mark.parametrize(
    ("table", "words", "code", "error"),
    [
        ("", ("issue", "--sub", "ana"), 1, "no tokens are configured"),
        (HS256, ("issue", "--sub", " "), 2, "must be a name"),
        (HS256, ("issue", "--sub", "ana", "--for", "soon"), 2, "is not a duration"),
        (HS256, ("issue", "--sub", "ana", "--for", "11y"), 2, "must be between a second and ten years"),
        (HS256, ("issue", "--sub", "ana", "--key", "private.pem"), 2, "HS256 needs no key of its own"),
        (ES256, ("issue", "--sub", "ana"), 2, "ES256 signs with a private key, which the daemon does not have"),
        (ES256, ("issue", "--sub", "ana", "--key", "/no/such.pem"), 1, "the key cannot be read: no such file"),
        (ES256, ("issue", "--sub", "ana", "--key", "{folder}/other.pem"), 1, "the key does not fit ES256"),
        (ES256, ("issue", "--sub", "ana", "--key", "{folder}/public.pem"), 1, "the key does not fit ES256"),
        (ES256, ("issue", "--sub", "ana", "--key", "{folder}/stranger.pem"), 1, "the token's signature is not right"),
        (HS256, ("verify", "a.b.c"), 1, "this is no token"),
        ('[jwt]\nalgorithm = "HS256"\n', ("verify", "x"), 78, "is required for HS256"),
    ],
)
def test_what_cannot_be_is_refused(
    config: Path, capsys: pytest.CaptureFixture[str], table: str, words: tuple[str, ...], code: int, error: str
) -> None:
    told = [word.replace("{folder}", str(config.parent)) for word in words]
    assert said(config, GATEWAY + table, *told) == code
    out, err = capsys.readouterr()
    assert error in err
    assert (out, SECRET in err) == ("", False)


def test_a_token_that_the_api_would_refuse_ends_with_one(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(config, HS256, "issue", "--sub", "bob", "--permission", "read")
    assert said(config, HS256, "verify", capsys.readouterr().out.strip()) == 1
    out, err = capsys.readouterr()
    assert out.startswith("bob: read, until ")
    assert "the token lacks the permission system:manage" in err


GATEWAY = '[[gateways]]\nname = "main"\nkind = "waha"\nurl = "http://127.0.0.1:3000"\n'
