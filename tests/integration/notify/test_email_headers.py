"""Mail over real sockets: odd addresses and headers."""

from dataclasses import replace

import pytest

from healthcheckd.errors import DeliveryScope
from healthcheckd.notify.addresses import mailbox
from healthcheckd.notify.mime import as_mime
from healthcheckd.settings import EmailSettings
from tests.integration.notify.mail import MESSAGE, NOW, channel, parsed, refused
from tests.integration.notify.servers import Inbox, real_server


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a b@example.com", "a@b@example.com", "a@example.com\r\nRCPT TO:<b@example.com>", "a@x..y", "<a@b>"],
)
async def test_what_is_no_address_is_refused_for_ever_without_a_connection(address: str) -> None:
    error = await refused(channel(1), replace(MESSAGE, recipient=address))
    assert (error.scope, error.permanent) == (DeliveryScope.RECIPIENT, True)


async def test_a_header_with_a_line_break_is_never_sent() -> None:
    error = await refused(channel(1), replace(MESSAGE, message_id="<a@b>\r\nBcc: victim@example.com"))
    assert error.scope is DeliveryScope.MESSAGE


async def test_a_subject_with_a_line_break_stays_one_header() -> None:
    inbox = Inbox()
    async with real_server(inbox) as port:
        await channel(port).deliver(replace(MESSAGE, subject="Shop\r\nBcc: victim@example.com\x00"))
    mail = parsed(inbox.contents[0])
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Shop Bcc: victim@example.com"


async def test_an_address_beyond_ascii_is_delivered_where_the_server_can() -> None:
    inbox = Inbox()
    async with real_server(inbox) as port:
        await channel(port).deliver(replace(MESSAGE, recipient="josé@café.example"))
    assert inbox.envelopes[0].rcpt_tos == ["josé@xn--caf-dma.example"]
    assert "To: josé@xn--caf-dma.example".encode() in inbox.contents[0]


async def test_an_address_beyond_ascii_is_refused_clearly_where_the_server_cannot() -> None:
    async with real_server(Inbox(), utf8=False) as port:
        error = await refused(channel(port), replace(MESSAGE, recipient="josé@example.com"))
    assert "SMTPUTF8" in str(error)
    assert (error.scope, error.permanent) == (DeliveryScope.RECIPIENT, True)


async def test_a_domain_beyond_ascii_needs_nothing_of_the_server() -> None:
    inbox = Inbox()
    async with real_server(inbox, utf8=False) as port:
        await channel(port).deliver(replace(MESSAGE, recipient="jose@café.example"))
    assert inbox.envelopes[0].rcpt_tos == ["jose@xn--caf-dma.example"]


@pytest.mark.parametrize("length", range(50, 90))
def test_no_header_begins_with_an_empty_line(length: int) -> None:
    message = replace(MESSAGE, subject="word " * (length // 5) + "x" * (length % 5 + 1))
    sender, recipient = mailbox("noreply@yourapp.com"), mailbox("owner@example.com")
    head, _, _ = as_mime(message, sender, recipient, EmailSettings(), NOW).partition(b"\r\n\r\n")
    assert b":\r\n" not in head
    assert parsed(head)["Subject"] == message.subject


async def test_long_ids_are_not_broken_up() -> None:
    long = f"<{'a' * 64}@{'b' * 36}.healthcheckd>"
    thread = f"<incident-123456789@{'b' * 36}.healthcheckd>"
    inbox = Inbox()
    async with real_server(inbox) as port:
        await channel(port).deliver(replace(MESSAGE, message_id=long, thread=thread))
    assert long.encode() in inbox.contents[0]
    assert thread.encode() in inbox.contents[0]
