"""From a gateway's URL and key to a configuration, by looking at the gateway."""

import io
from pathlib import Path

import pytest

from healthcheckd.config import load
from healthcheckd.settings import KINDS
from healthcheckd.simulator import Simulator, demo_cast
from tests.integration.cli.conftest import Run

KEY = 'it\'s a "key" with $HOME \\ and #'


async def test_the_files_are_what_the_daemon_reads(run: Run, place: Path) -> None:
    (place / "key").write_text(KEY + "\n")
    async with Simulator(demo_cast(), api_key=KEY) as gateway:
        said = ("--gateway-url", gateway.url + "/", "--api-key-file", "key", "--operator", "ops@example.com")
        ended = await run("init", *said, "--mail-after", "20 minutes", "--folder", str(place / "made"), "--yes")
    assert ended.code == 0, ended.err
    assert "Found waha" in ended.out and "12 sessions" in ended.out and "Rosa's Bakery" in ended.out
    settings = load(place / "made" / "healthcheckd.toml", {}).settings
    assert settings.gateways[0].api_key is not None and settings.gateways[0].api_key.reveal() == KEY
    assert (settings.gateways[0].url, settings.operator.email) == (gateway.url, ("ops@example.com",))
    assert settings.notify.operator_after.total_seconds() == 1200


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "meta"])
async def test_every_kind_is_found_out_and_looked_at_as_what_it_is(run: Run, place: Path, kind: str) -> None:
    """But for Meta's, which is known by its host alone."""
    key = "ops:a:key" if kind == "gowa" else "a-key"
    (place / "key").write_text(key)
    async with Simulator(demo_cast(), dialect=kind, api_key=key) as gateway:
        said = ("--gateway-url", gateway.url, "--api-key-file", "key", "--operator", "ops@example.com", "--yes")
        ended = await run("init", *said, "--folder", str(place / "made"))
    assert ended.code == 0, ended.err
    assert f"Found {kind}" in ended.out and "12 sessions" in ended.out
    [found] = load(place / "made" / "healthcheckd.toml", {}).settings.gateways
    secret = found.basic_password or found.api_key
    assert (found.kind, found.basic_user or "") == (kind, "ops" if kind == "gowa" else "")
    assert secret is not None and secret.reveal() == key.removeprefix("ops:")
    assert secret.reveal() not in (place / "made" / "healthcheckd.toml").read_text()


async def test_only_the_owner_can_read_the_secrets(run: Run, place: Path) -> None:
    (place / "key").write_text(KEY)
    async with Simulator(demo_cast(), api_key=KEY) as gateway:
        said = ("--gateway-url", gateway.url, "--api-key-file", "key", "--operator", "ops@example.com", "--yes")
        ended = await run("init", *said, "--folder", str(place / "made"))
    assert (place / "made" / ".env").stat().st_mode & 0o777 == 0o600
    assert KEY not in (place / "made" / "healthcheckd.toml").read_text() + ended.out + ended.err


async def test_mail_is_set_up_along(run: Run, place: Path) -> None:
    (place / "pass").write_text("hunter2")
    mail = ("--smtp-host", "smtp.example.com", "--smtp-user", "ops", "--smtp-password-file", "pass")
    async with Simulator(demo_cast()) as gateway:
        said = ("--gateway-url", gateway.url, "--no-key", "--operator", "ops@example.com", "--yes", *mail)
        ended = await run("init", *said, "--folder", str(place / "made"))
    assert f"healthcheck --config {place / 'made' / 'healthcheckd.toml'} drill main/" in ended.out
    email = load(place / "made" / "healthcheckd.toml", {}).settings.email
    assert email.enabled and (email.host, email.username, email.sender) == (
        "smtp.example.com",
        "ops",
        "ops@example.com",
    )
    assert email.password is not None and email.password.reveal() == "hunter2"


async def test_a_mail_server_that_wants_no_password_gets_no_name_either(run: Run, place: Path) -> None:
    """A name without a password would be refused as a configuration."""
    (place / "pass").write_text("")
    mail = ("--smtp-host", "smtp.example.com", "--smtp-user", "ops", "--smtp-password-file", "pass")
    async with Simulator(demo_cast()) as gateway:
        said = ("--gateway-url", gateway.url, "--no-key", "--operator", "ops@example.com", "--yes", *mail)
        await run("init", *said, "--folder", str(place / "made"))
    email = load(place / "made" / "healthcheckd.toml", {}).settings.email
    assert (email.enabled, email.username, email.password) == (True, "", None)


async def test_what_stands_there_is_not_overwritten(run: Run, place: Path) -> None:
    (place / "healthcheckd.toml").write_text("# mine\n")
    async with Simulator(demo_cast()) as gateway:
        said = ("--gateway-url", gateway.url, "--no-key", "--operator", "ops@example.com", "--yes")
        ended = await run("init", *said, "--folder", str(place))
    assert ended.code == 1 and "there is one already" in ended.err
    assert (place / "healthcheckd.toml").read_text() == "# mine\n"


async def test_a_wrong_key_is_told_before_anything_is_written(run: Run, place: Path) -> None:
    (place / "key").write_text("wrong")
    async with Simulator(demo_cast(), api_key=KEY) as gateway:
        said = ("--gateway-url", gateway.url, "--api-key-file", "key", "--operator", "ops@example.com", "--yes")
        ended = await run("init", *said, "--folder", str(place / "made"))
    assert ended.code == 1 and not (place / "made").exists()
    assert "wrong" not in ended.out


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (("--gateway-url", "nonsense"), "--gateway-url"),
        (("--gateway-url", "http://127.0.0.1:9", "--no-key", "--yes"), "nothing listens"),
        ((), "--gateway-url"),
    ],
)
async def test_what_cannot_be_is_told_with_the_option_that_says_it(
    run: Run, place: Path, said: tuple[str, ...], words: str
) -> None:
    ended = await run("init", *said, "--operator", "ops@example.com")
    assert ended.code in {1, 2} and words in ended.err


async def test_an_operator_who_is_no_address_is_refused(run: Run, place: Path) -> None:
    async with Simulator(demo_cast()) as gateway:
        said = ("--gateway-url", gateway.url, "--no-key", "--operator", "nobody", "--yes")
        ended = await run("init", *said, "--folder", str(place / "made"))
    assert ended.code == 2 and "--operator" in ended.err and not (place / "made").exists()


class Person(io.StringIO):
    """Somebody at a terminal, who gives these answers."""

    def isatty(self) -> bool:
        return True


async def test_a_person_is_asked_again_until_the_answer_can_be(
    run: Run, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Simulator(demo_cast()) as gateway:
        answers = ("localhost", "http://127.0.0.1:9", gateway.url, "nobody", "ops@example.com", "soon", "20 minutes")
        mail = ("mail server", "smtp.example.com:465", "-")
        monkeypatch.setattr("sys.stdin", Person("\n".join((*answers, *mail)) + "\n"))
        ended = await run("init", "--no-key", "--folder", str(place / "made"))
    assert ended.code == 0, ended.err
    for refused in (
        "“localhost” must be a URL",
        "nothing listens",
        "“nobody” must be",
        "“soon” must be",
        "a host such as",
    ):
        assert refused in ended.err
    settings = load(place / "made" / "healthcheckd.toml", {}).settings
    assert (settings.gateways[0].url, settings.operator.email) == (gateway.url, ("ops@example.com",))
    assert settings.notify.operator_after.total_seconds() == 1200
    assert (settings.email.host, settings.email.port) == ("smtp.example.com", 465)


async def test_what_stands_there_is_told_before_anything_is_asked(run: Run, place: Path) -> None:
    (place / "healthcheckd.toml").write_text("# mine\n")
    ended = await run("init", "--folder", str(place))
    assert ended.code == 1 and "there is one already" in ended.err
