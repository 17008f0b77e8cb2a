"""The example that is shipped: it works, it is complete, and its defaults are the defaults."""

import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from healthcheckd.config import check, load
from healthcheckd.config.keys import LISTS, TABLES
from healthcheckd.settings import Origin, Settings
from tests.keys import certificate, rsa_pair

EXAMPLE = Path(__file__).parents[3] / "healthcheckd.toml.example"
ENVIRON = dict.fromkeys(
    (
        "SMTP_PASS",
        "BASIC_PASSWORD",
        "WAHA_API_KEY",
        "WAHA_HOOK_SECRET",
        "WWEBJS_API_KEY",
        "GOWA_PASSWORD",
        "WUZAPI_ADMIN_TOKEN",
        "EVOLUTION_API_KEY",
        "WPPCONNECT_SECRET",
        "META_TOKEN",
        "METRICS_TOKEN",
        "CRM_HOOK_SECRET",
        "CRM_TOKEN",
        "NTFY_TOPIC",
        "PAGERDUTY_KEY",
    ),
    "a-secret",
)


@pytest.fixture
def text() -> str:
    return EXAMPLE.read_text(encoding="utf-8")


def settings_of(text: str, folder: Path) -> Settings:
    file = folder / "healthcheckd.toml"
    file.write_text(text, encoding="utf-8")
    jwt = {"JWT_SECRET": "x" * 32, "JWT_PUBLIC_KEY": rsa_pair().public.decode()}
    return load(file, {**ENVIRON, **jwt}).settings


def write_keys(folder: Path) -> None:
    pair = rsa_pair()
    (folder / "api.crt").write_bytes(certificate(pair))
    (folder / "api.key").write_bytes(pair.private)


def uncommented(text: str, mark: str) -> str:
    return re.sub(rf"^{mark}(?=[a-z\[])", "", text, flags=re.MULTILINE)


def test_it_works_as_shipped(text: str, tmp_path: Path) -> None:
    settings = settings_of(text, tmp_path)
    assert [gateway.name for gateway in settings.gateways] == ["main"]
    assert settings.operator.email == ("ops@example.com",)
    assert settings.email.enabled


def test_what_it_says_of_itself_is_little(text: str, tmp_path: Path) -> None:
    assert check(settings_of(text, tmp_path)) == [
        "email.from is still an example: healthcheckd@example.com",
        "email.support is not set: a mail cannot say whom to ask for help",
    ]


def test_its_commented_defaults_are_the_defaults(text: str, tmp_path: Path) -> None:
    changed = uncommented(text, "#")
    assert changed.count("\n#") < text.count("\n#") - 60
    assert settings_of(changed, tmp_path) == settings_of(text, tmp_path)


def test_its_tables_of_defaults_are_those_of_the_program(text: str, tmp_path: Path) -> None:
    settings, plain = settings_of(uncommented(text, "#"), tmp_path), Settings()
    for name in (
        "http",
        "jwt",
        "hooks",
        "health",
        "sweep",
        "reconnect",
        "notify",
        "cleanup",
        "log",
        "retention",
        "jobs",
    ):
        assert getattr(settings, name) == getattr(plain, name)
    assert replace(settings.daemon, database=plain.daemon.database) == plain.daemon


def test_its_examples_are_understood(text: str, tmp_path: Path) -> None:
    for name in ("mail-ca.pem", "gateway-ca.pem", "client.pem", "client.key", "crm-ca.pem"):
        (tmp_path / name).touch()
    (tmp_path / "templates").mkdir()
    write_keys(tmp_path)
    settings = settings_of(uncommented(text, r"#\? "), tmp_path)
    (account,) = settings.accounts
    assert account.stated == LISTS["accounts"].keys.keys() - {"id"}
    assert settings.http.listen == ("127.0.0.1", 5000)
    assert (settings.jwt.algorithm, settings.http.tls_cert) == ("HS256", tmp_path / "api.crt")
    assert settings.hooks.listen == ("127.0.0.1", 5001)
    assert settings.gateways[0].client_key_file == tmp_path / "client.key"
    line = text.splitlines().index("#? [[accounts]]") + 1
    assert account.origin == Origin(str(tmp_path / "healthcheckd.toml"), line)


def test_every_key_is_in_it(text: str) -> None:
    everything = uncommented(uncommented(text, r"#\? "), "#")
    sections = defaultdict[str, str](str)
    for name, body in re.findall(r"^\[+(\w+)\]+$(.*?)(?=^\[|\Z)", everything, flags=re.MULTILINE | re.DOTALL):
        sections[name] += body
    for name, table in (TABLES | LISTS).items():
        shown = set(re.findall(r"^([\w-]+) = ", sections[name], flags=re.MULTILINE))
        assert shown == set(table.keys), name


def test_every_key_is_explained(text: str) -> None:
    plain = {"incidents", "transitions", "attempts", "latency", "job_runs", "per_day", "kind", "name", "customers"}
    plain |= {key for key in TABLES["jobs"].keys if key != "jitter"}
    for line in text.splitlines():
        if (found := re.match(r"(?:#\??\s?)?([\w-]+) = ", line)) and found[1] not in {*plain, "key"}:
            assert re.search(r"  # \S", line), line


def test_it_fits_on_a_screen(text: str) -> None:
    assert max(map(len, text.splitlines())) <= 120
