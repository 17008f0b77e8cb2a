"""What the shell offers, through Typer's own protocol."""

from pathlib import Path

import pytest

from healthcheckd.cli.main import main
from tests.integration.cli.conftest import Fleet


@pytest.fixture
def offered(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> object:
    def complete(line: str) -> tuple[list[str], str]:
        words = f"healthcheck --config {place / 'hc.toml'} {line}"
        monkeypatch.setenv("_HEALTHCHECK_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
        with pytest.raises(SystemExit) as end:
            main([])
        assert end.value.code == 0
        captured = capsys.readouterr()
        return captured.out.split(), captured.err

    return complete


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("acc", ["accounts"]),
        ("accounts sh", ["show"]),
        ("trigger whats", ["whatsapp-health-check"]),
        ("accounts show eu/w", ["eu/well"]),
        ("reconnect us", ["us/other"]),
        ("accounts list --gateway u", ["us"]),
        ("hold --gateway u", ["us"]),
        ("incidents ack ", ["1"]),
        ("incidents list --scope gat", ["gateway"]),
        ("silence end ", ["1"]),
        ("silence add --account eu/w", ["eu/well"]),
    ],
)
def test_names_are_completed(offered, fleet: Fleet, line: str, names: list[str]) -> None:  # type: ignore[no-untyped-def]
    for gateway, account in (("eu", "eu/well"), ("us", "us/other")):
        fleet.gateway(gateway)
        fleet.healthy(account)
    fleet.put("incidents", scope="gateway", subject="eu", started_at=fleet.ago(hours=1))
    fleet.put("silences", reach="{}", by="ana", from_at=fleet.ago(hours=1), until_at=fleet.ago(hours=-1))
    assert offered(line) == (names, "")


def test_without_a_database_nothing_is_offered_and_nothing_said(offered) -> None:  # type: ignore[no-untyped-def]
    assert offered("accounts show eu/w") == ([], "")


def test_a_broken_configuration_stays_silent(offered, place: Path) -> None:  # type: ignore[no-untyped-def]
    (place / "hc.toml").write_text("[daemon\n")
    assert offered("accounts show eu/w") == ([], "")
