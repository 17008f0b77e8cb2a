"""Warnings: what is allowed, and still worth a word."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from healthcheckd.config import check, doors, load, rules
from healthcheckd.config.cadences import parse_cadence
from healthcheckd.errors import ConfigurationError
from healthcheckd.settings import (
    AccountSettings,
    DaemonSettings,
    EmailSettings,
    GatewaySettings,
    HooksSettings,
    HttpSettings,
    JobsSettings,
    JwtSettings,
    OperatorSettings,
    ReconnectSettings,
    Secret,
    Settings,
)

HOOKS = HooksSettings(("127.0.0.1", 5001))
GATEWAY = GatewaySettings("main", "waha", "http://127.0.0.1:3000", api_key=Secret("k"))
MAIL = EmailSettings(True, "smtp", "mail.acme.org", sender="a@acme.org", support="help@acme.org")
GOOD = Settings(operator=OperatorSettings(("ops@acme.org",)), email=MAIL, gateways=(GATEWAY,))


JWT = JwtSettings("HS256", Secret("x" * 32))


def gateway(**changed: object) -> Settings:
    return replace(GOOD, gateways=(replace(GATEWAY, **changed),))  # type: ignore[arg-type]


def test_a_good_configuration_is_left_in_peace() -> None:
    assert check(GOOD) == []


@pytest.mark.parametrize("more", [{"tls_cert": Path("api.crt")}, {"trusted_proxies": ("10.0.0.1/32",)}])
def test_an_open_door_with_tls_or_a_proxy_before_it_is_left_in_peace(more: dict[str, Any]) -> None:
    assert check(replace(GOOD, http=HttpSettings(("0.0.0.0", 5000), **more), jwt=JWT)) == []


def test_tokens_without_their_library_say_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doors, "find_spec", lambda name: None if name == "jwt" else object())
    config = tmp_path / "hc.toml"
    config.write_text(f'[jwt]\nalgorithm = "HS256"\nsecret = "{"x" * 32}"\n')
    with pytest.raises(ConfigurationError, match=re.escape("pip install 'healthcheckd[web]'")):
        load(config, {})


def test_figures_without_their_library_say_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(rules, "find_spec", lambda name: None)
    config = tmp_path / "hc.toml"
    config.write_text('[metrics]\nlisten = "127.0.0.1:9464"\ntoken = "a-token"\n')
    with pytest.raises(ConfigurationError, match=re.escape("pip install 'healthcheckd[web]'")):
        load(config, {})


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (replace(GOOD, operator=OperatorSettings()), "there is no operator"),
        (replace(GOOD, http=HttpSettings(("127.0.0.1", 5000))), "serves only /livez and /readyz"),
        (replace(GOOD, http=HttpSettings(("0.0.0.0", 5000)), jwt=JWT), "http.listen is 0.0.0.0 without TLS"),
        (replace(GOOD, jwt=JWT), "[jwt] has no effect"),
        (
            replace(GOOD, http=HttpSettings(("127.0.0.1", 5000)), jwt=replace(JWT, public_key=Secret("k"))),
            "jwt.public_key has no effect with HS256",
        ),
        (replace(GOOD, email=EmailSettings()), "mail is off"),
        (replace(GOOD, gateways=()), "there is no gateway"),
        (replace(GOOD, daemon=DaemonSettings(mode="watch")), 'mode is "watch"'),
        (replace(GOOD, email=replace(MAIL, security="none", password=Secret("p"))), "unencrypted, password included"),
        (replace(GOOD, email=replace(MAIL, sender="a@example.com")), "still an example"),
        (replace(GOOD, email=replace(MAIL, support="")), "email.support is not set"),
        (replace(GOOD, jobs=JobsSettings(parse_cadence("daily at 08:00"))), "less often than health.critical_after"),
        (replace(GOOD, jobs=JobsSettings(jitter=timedelta(minutes=10))), "jobs.jitter is longer"),
        (replace(GOOD, reconnect=ReconnectSettings(per_hour=30)), "reconnect.per_hour has no effect"),
        (replace(GOOD, reconnect=ReconnectSettings(per_minute=99)), "reconnect.per_minute has no effect"),
        (gateway(url="http://waha.acme.org"), "the key is sent unencrypted over http:// to waha.acme.org"),
        (gateway(api_key=None), "has no api_key"),
        (gateway(url="https://waha.acme.org", tls_verify=False), "tls_verify is off"),
        (gateway(discover="listed"), "no account is listed for it"),
        (gateway(hook_secret=Secret("k" * 16)), "hook_secret of gateway main has no effect"),
        (replace(GOOD, hooks=HOOKS), "hooks.listen has no effect"),
        (replace(gateway(hook_secret=Secret("secret")), hooks=HOOKS), "gateway main: hook_secret is shorter than 16"),
    ],
)
def test_it_is_worth_one_word(settings: Settings, words: str) -> None:
    (warning,) = check(settings)
    assert words in warning


def test_accounts_without_an_owner_are_counted() -> None:
    accounts = tuple(AccountSettings(f"main/{number}") for number in range(7))
    owned = AccountSettings("main/owned", owner_email=("o@acme.org",))
    idle = AccountSettings("main/idle", enabled=False)
    (warning,) = check(replace(GOOD, accounts=(*accounts, owned, idle)))
    assert warning.startswith("7 accounts have no owner in this file")
    assert "main/owned" not in warning
    assert warning.endswith("main/4, …")


def test_no_warning_holds_a_secret() -> None:
    noisy = gateway(url="http://waha.acme.org", api_key=Secret("do-not-show-me"), tls_verify=False)
    assert len(check(noisy)) == 2
    assert "do-not-show-me" not in " ".join(check(noisy))
