"""Gateways that have nothing but a picture of the code: it lies in a file that only its owner reads."""

import re
from pathlib import Path

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.observations import Connection
from healthcheckd.errors import Refused
from healthcheckd.ports.control import Caller, PairingReport
from tests.contract.api.fakes import FakeDaemon
from tests.integration.cli.conftest import Run

PNG = b"\x89PNG one"
WAITING = PairingReport("main/shop", Connection.NEEDS_PAIRING, expected_phone="+49301", qr_png=PNG, lives_seconds=20)
LINKED = PairingReport("main/shop", Connection.CONNECTED, phone="+49301")


class Scenes:
    """What the daemon answers, one after the other, and what lay in the folder for pictures meanwhile."""

    def __init__(self, folder: Path, *answers: PairingReport | Exception) -> None:
        self.seen: list[tuple[bytes, int]] = []
        self._folder = folder
        self._left = list(answers)

    async def pairing(self, account: AccountId, phone: str, begin: bool, caller: Caller) -> PairingReport:
        self.seen += [(one.read_bytes(), one.stat().st_mode & 0o777) for one in self._folder.glob("*.png")]
        answer = self._left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setattr("healthcheckd.cli.commands.pairing._LOOK_AGAIN_SECONDS", 0.001)
    return folder


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def plays(monkeypatch: pytest.MonkeyPatch, folder: Path, *answers: PairingReport | Exception) -> Scenes:
    scenes = Scenes(folder, *answers)
    monkeypatch.setattr("tests.contract.api.fakes.Accounts.pairing", lambda _, *asked: scenes.pairing(*asked))
    return scenes


async def test_the_picture_is_there_for_its_owner_until_the_number_is_back(
    run: Run, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch, pictures: Path
) -> None:
    renewed = PairingReport("main/shop", Connection.NEEDS_PAIRING, qr_png=PNG + b" two")
    scenes = plays(monkeypatch, pictures, WAITING, WAITING, renewed, LINKED)
    ended = await run("pair", "shop")
    assert ended.code == 0, ended.err
    assert scenes.seen == [(PNG, 0o600), (PNG, 0o600), (PNG + b" two", 0o600)]
    assert len(set(re.findall(rf"^{pictures}/\S+\.png$", ended.out, re.MULTILINE))) == 1
    assert left_in(pictures) == []
    assert "healthcheck pair main/shop --code PHONE" in ended.out


async def test_a_picture_is_taken_away_when_it_ends_badly(
    run: Run, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch, pictures: Path
) -> None:
    plays(monkeypatch, pictures, WAITING, Refused("main/shop is linked to +1, and +49301 belongs there"))
    assert (await run("pair", "shop")).code == 1
    assert left_in(pictures) == []


@pytest.mark.parametrize("waiting", [WAITING, PairingReport("main/shop", Connection.NEEDS_PAIRING, qr_text="2@one")])
async def test_a_picture_that_was_wanted_stays(
    run: Run,
    daemon: FakeDaemon,
    monkeypatch: pytest.MonkeyPatch,
    pictures: Path,
    place: Path,
    waiting: PairingReport,
) -> None:
    plays(monkeypatch, pictures, waiting, LINKED)
    ended = await run("pair", "shop", "--png", str(place / "qr.png"))
    assert ended.code == 0 and str(place / "qr.png") in ended.out
    assert (place / "qr.png").read_bytes().startswith(b"\x89PNG")
    assert (place / "qr.png").stat().st_mode & 0o777 == 0o600
    assert left_in(pictures) == []


async def test_a_picture_that_cannot_be_written_is_told(
    run: Run, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch, pictures: Path, place: Path
) -> None:
    plays(monkeypatch, pictures, WAITING)
    ended = await run("pair", "shop", "--png", str(place / "nowhere" / "qr.png"))
    assert ended.code == 1
    assert "the picture cannot be written" in ended.err and "nowhere/qr.png" in ended.err
