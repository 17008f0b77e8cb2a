"""The whole way is really walked, and nothing of it is left."""

import logging
from pathlib import Path

import pytest

from healthcheckd.daemon.clock import SystemClock
from healthcheckd.daemon.logs import Heard
from healthcheckd.daemon.rehearsal import rehearse
from healthcheckd.notify.email import EmailChannel
from healthcheckd.ports.channel import Message


def left_in(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


async def test_the_message_arrives_and_nothing_stays(tmp_path: Path) -> None:
    assert await rehearse(tmp_path, SystemClock()) == ""
    assert left_in(tmp_path) == []


async def test_none_of_its_lines_are_heard(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    caplog.handler.addFilter(Heard())
    await rehearse(tmp_path, SystemClock())
    logging.getLogger("healthcheckd").info("this is")
    assert [record.getMessage() for record in caplog.records] == ["this is"]


async def test_an_outbox_that_swallows_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every part says that it works, and no mail comes out."""

    async def swallow(self: EmailChannel, message: Message) -> str:
        return "250 of course"

    monkeypatch.setattr(EmailChannel, "deliver", swallow)
    monkeypatch.setattr("healthcheckd.daemon.rehearsal.PATIENCE", 3.0)
    assert await rehearse(tmp_path, SystemClock()) == "no offline mail within 3 s"
    assert left_in(tmp_path) == []


async def test_a_folder_that_is_not_there_is_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await rehearse(tmp_path / "gone", SystemClock())
