"""The mail sink of demonstrations keeps what arrives."""

import asyncio
from datetime import timedelta
from pathlib import Path

from healthcheckd.notify.email import EmailChannel
from healthcheckd.notify.samples import preview
from healthcheckd.notify.sink import MailSink
from healthcheckd.settings import EmailSettings, Settings
from tests.integration.notify.mail import FixedClock


async def test_each_mail_is_kept_as_it_came_and_as_html(tmp_path: Path) -> None:
    sink = MailSink(tmp_path / "mails")
    port = await sink.open()
    settings = EmailSettings(
        enabled=True,
        host="127.0.0.1",
        port=port,
        security="none",
        sender="demo@example.com",
        timeout=timedelta(seconds=5),
    )
    channel = EmailChannel(settings, FixedClock())
    letters = [preview(kind, Settings()) for kind in ("offline", "recovered")]
    answers = await asyncio.gather(*(channel.deliver(letter) for letter in letters))
    await sink.close()
    assert sorted(answers) == ["kept as 0001", "kept as 0002"]
    assert {mail.subject for mail in sink.mails} == {letter.subject for letter in letters}
    assert {mail.recipient for mail in sink.mails} == {"owner@example.com"}
    assert sorted(path.name for path in (tmp_path / "mails").iterdir()) == [
        "0001.eml",
        "0001.html",
        "0002.eml",
        "0002.html",
    ]
    for mail in sink.mails:
        assert mail.html is not None
        assert "<!DOCTYPE html>" in mail.html.read_text()
        assert b"multipart/alternative" in mail.eml.read_bytes()


async def test_it_listens_on_this_machine_only(tmp_path: Path) -> None:
    sink = MailSink(tmp_path)
    await sink.open()
    assert sink._server is not None
    assert [socket.getsockname()[0] for socket in sink._server.sockets] == ["127.0.0.1"]
    await sink.close()
