"""`config show`: what is in force, what is default, and no secret."""

from pathlib import Path

import pytest

from healthcheckd.config import as_data, load, show
from healthcheckd.settings import Settings

FULL = """
[daemon]
name = "eu"
[http]
listen = "[::1]:5000"
[operator]
email = ["a@example.com", "b@example.com"]
digest = "monday at 08:00"
[health]
critical_after = "90 minutes"
[email]
service = "gmail"
username = "a@gmail.com"
password = "do-not-show-me"
[retention]
audit = "forever"
[[gateways]]
name = "main"
kind = "waha"
url = "https://waha.example.com/base/"
api_key = "do-not-show-me"
headers = { X-Key = "do-not-show-me" }
proxy = "http://ana:do-not-show-me@proxy:3128"
labels = { region = "eu" }
tls_verify = false
[[accounts]]
id = "main/loja \\"1\\""
tags = ["vip"]
notify_after = "1 hour"
"""


@pytest.fixture
def loaded(tmp_path: Path) -> Settings:
    file = tmp_path / "healthcheckd.toml"
    file.write_text(FULL, encoding="utf-8")
    return load(file, {}).settings


def test_no_secret_is_shown(loaded: Settings) -> None:
    text = show(loaded)
    assert "do-not-show-me" not in text
    assert text.count('"****"') == 4


def test_what_differs_from_the_default_stands_free_and_the_rest_is_commented(loaded: Settings) -> None:
    lines = show(loaded).splitlines()
    assert 'critical_after = "1 hour 30 minutes"' in lines
    assert '# stuck_after = "10 minutes"' in lines
    assert 'audit = "forever"' in lines
    assert "# templates: not set" in lines


def test_what_is_shown_can_be_read_back_as_the_same_settings(loaded: Settings, tmp_path: Path) -> None:
    file = tmp_path / "healthcheckd.toml"
    file.write_text(show(loaded).replace('"****"', '"do-not-show-me"').replace('proxy = "', 'proxy = "http://ana:x@'))
    again = load(file, {}).settings
    for table in ("daemon", "control", "http", "operator", "health", "email", "retention", "jobs", "notify"):
        assert getattr(again, table) == getattr(loaded, table)
    assert again.gateways[0].url == "https://waha.example.com/base"
    assert again.accounts[0].id == 'main/loja "1"'
    assert again.accounts[0].stated == {"tags", "notify_after"}


def test_each_gateway_and_account_says_where_it_is_written(loaded: Settings, tmp_path: Path) -> None:
    text = show(loaded)
    assert f"[[gateways]]  # {tmp_path}/healthcheckd.toml:17" in text
    assert f"[[accounts]]  # {tmp_path}/healthcheckd.toml:26" in text


def test_programs_get_all_of_it_and_no_secret_either(loaded: Settings) -> None:
    data = as_data(loaded)
    assert data["health"]["critical_after"] == "1 hour 30 minutes"
    assert data["sweep"]["chunk"] == Settings().sweep.chunk
    [gateway] = data["gateways"]
    assert (gateway["name"], gateway["labels"]) == ("main", {"region": "eu"})
    assert "do-not-show-me" not in repr(data)
