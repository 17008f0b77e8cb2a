"""Mail over real sockets: what arrives."""

import asyncio
from collections.abc import Mapping

import pytest

from tests.fakes.smtp import HANG_UP, SILENCE, Scripted
from tests.integration.notify.mail import MESSAGE, NOW, channel, parsed
from tests.integration.notify.servers import USER, Inbox, real_server

OPEN: Mapping[str, object] = {"security": "none", "username": "", "password": None, "ca_file": None}
"""Settings for a server without encryption and login."""


async def test_a_mail_arrives_encrypted_logged_in_and_whole() -> None:
    inbox = Inbox()
    async with real_server(inbox) as port:
        assert await channel(port).deliver(MESSAGE) == "taken"
    mail = parsed(inbox.contents[0])
    assert inbox.encrypted == [True]
    assert inbox.logins == [USER]
    assert mail["From"] == "WhatsApp CRM <noreply@yourapp.com>"
    assert mail["To"] == "owner@example.com"
    assert mail["Subject"] == MESSAGE.subject
    assert mail["Message-ID"] == "<abc@install.healthcheckd>"
    assert mail["In-Reply-To"] == mail["References"] == "<incident-7@install.healthcheckd>"
    assert mail["Date"].datetime == NOW
    assert mail["Reply-To"] == "support@yourapp.com"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Healthcheckd-Kind"] == "offline"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().replace("\r\n", "\n") == MESSAGE.text
    assert "HTML – with ünicode" in html.get_content()
    assert inbox.contents[0].isascii()


async def test_tls_from_the_start() -> None:
    inbox = Inbox()
    async with real_server(inbox, starttls=False, tls=True, login=False) as port:
        await channel(port, security="tls", username="", password=None).deliver(MESSAGE)
    assert len(inbox.contents) == 1


async def test_no_login_is_tried_without_a_user() -> None:
    inbox = Inbox()
    async with real_server(inbox, starttls=False, login=False) as port:
        await channel(port, **OPEN).deliver(MESSAGE)
    assert inbox.logins == []
    assert inbox.encrypted == [False]


async def test_verify_logs_in_and_sends_nothing() -> None:
    inbox = Inbox()
    async with real_server(inbox) as port:
        found = await channel(port).verify()
    assert inbox.contents == []
    assert inbox.logins == [USER]
    assert f"email server localhost:{port}: encrypted (TLSv1.3), logged in as alerts" in found


@pytest.mark.parametrize("answer", ["500 what?", HANG_UP, SILENCE])
async def test_what_was_accepted_stays_accepted_whatever_comes_after(answer: str) -> None:
    async with Scripted({"QUIT": answer}).serving() as port:
        assert await channel(port).deliver(MESSAGE) == "queued as 1"


async def test_it_says_goodbye() -> None:
    server = Scripted()
    async with server.serving() as port:
        await channel(port).deliver(MESSAGE)
        await asyncio.wait_for(server.left.wait(), 5)
    assert server.heard[-1] == "QUIT"
