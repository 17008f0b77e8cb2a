"""Mail over real sockets: what arrives, and whose fault each failure is."""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from healthcheckd.errors import DeliveryError, DeliveryScope
from healthcheckd.notify.addresses import mailbox
from healthcheckd.notify.email import EmailChannel
from healthcheckd.notify.mime import as_mime
from healthcheckd.ports.channel import Message
from healthcheckd.settings import EmailSettings, Secret
from tests.integration.notify.servers import (
    CA_FILE,
    HANG_UP,
    PASSWORD,
    SILENCE,
    USER,
    Inbox,
    Scripted,
    real_server,
    server_context,
)

NOW = datetime(2026, 3, 5, 9, 26, tzinfo=UTC)
MESSAGE = Message(
    recipient="owner@example.com",
    subject="Café (+55 11 98888-7777) has been offline since 02:14: scan the QR code",
    text="Plain – with ünicode\n.\nthe line above is one dot\n",
    html="<p>HTML – with ünicode</p>",
    message_id="<abc@install.healthcheckd>",
    thread="<incident-7@install.healthcheckd>",
    headers={"X-Healthcheckd-Kind": "offline"},
)


class FixedClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("a channel does not sleep")


def channel(port: int, **changes: object) -> EmailChannel:
    settings = EmailSettings(
        enabled=True,
        service="smtp",
        host="localhost",
        port=port,
        username=USER,
        password=Secret(PASSWORD),
        sender="noreply@yourapp.com",
        sender_name="WhatsApp CRM",
        support="support@yourapp.com",
        timeout=timedelta(seconds=5),
        ca_file=CA_FILE,
    )
    return EmailChannel(replace(settings, **changes), FixedClock())


OPEN: Mapping[str, object] = {"security": "none", "username": "", "password": None, "ca_file": None}
"""Settings for a server without encryption and login."""


def parsed(content: bytes) -> EmailMessage:
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


async def refused(to: EmailChannel, message: Message = MESSAGE) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await to.deliver(message)
    return caught.value


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


async def test_verify_tells_a_wrong_password() -> None:
    async with real_server(Inbox()) as port:
        with pytest.raises(DeliveryError) as caught:
            await channel(port, password=Secret("wrong")).verify()
    assert "did not accept the login of alerts: 535" in str(caught.value)
    assert caught.value.hint == "check SMTP_USER and SMTP_PASS"


async def test_an_untrusted_certificate_is_refused() -> None:
    inbox = Inbox()
    async with real_server(inbox) as port:
        error = await refused(channel(port, ca_file=None))
    assert "its certificate is not trusted: self-signed certificate" in str(error)
    assert "email.ca_file" in error.hint
    assert error.scope is DeliveryScope.CHANNEL
    assert inbox.logins == []


async def test_an_untrusted_certificate_is_refused_with_tls_from_the_start() -> None:
    async with Scripted().serving(server_context()) as port:
        error = await refused(channel(port, security="tls", ca_file=None))
    assert "its certificate is not trusted" in str(error)


async def test_a_ca_file_that_cannot_be_read_is_told() -> None:
    async with real_server(Inbox()) as port:
        error = await refused(channel(port, ca_file=Path("/does/not/exist.pem")))
    assert "cannot read the certificates in /does/not/exist.pem" in str(error)
    assert error.hint == "email.ca_file"


async def test_nothing_is_sent_unencrypted_where_starttls_is_not_offered() -> None:
    server = Scripted({"EHLO": "250 mail.test"})
    async with server.serving() as port:
        error = await refused(channel(port))
    assert "does not offer STARTTLS" in str(error)
    assert error.scope is DeliveryScope.CHANNEL
    assert not any(line.startswith(("AUTH", "MAIL")) for line in server.heard)


async def test_a_plain_server_on_a_tls_port_is_told_with_the_cure() -> None:
    async with Scripted().serving() as port:
        error = await refused(channel(port, security="tls"))
    assert "does not speak TLS from the start" in str(error)
    assert error.hint == 'set email.security = "starttls"'


async def test_a_closed_port_is_the_channels_fault() -> None:
    async with Scripted().serving() as port:
        pass
    error = await refused(channel(port))
    assert error.scope is DeliveryScope.CHANNEL
    assert "connecting failed" in str(error)
    assert error.hint == "check SMTP_HOST and SMTP_PORT, and that no firewall is in between"


async def test_a_host_that_cannot_exist_is_the_channels_fault() -> None:
    error = await refused(channel(25, host="a" * 70 + ".example"))
    assert error.scope is DeliveryScope.CHANNEL


CHANNEL, MESSAGE_ONLY, RECIPIENT = DeliveryScope.CHANNEL, DeliveryScope.MESSAGE, DeliveryScope.RECIPIENT


@pytest.mark.parametrize(
    ("step", "answer", "scope", "permanent", "words"),
    [
        ("CONNECT", "554 no service", CHANNEL, False, "refused connecting: 554 no service"),
        ("CONNECT", "421 busy", CHANNEL, False, "is closing: 421 busy"),
        ("CONNECT", HANG_UP, CHANNEL, False, "connecting failed"),
        ("CONNECT", "SSH-2.0-OpenSSH", CHANNEL, False, "connecting failed"),
        ("EHLO", "550 who are you", CHANNEL, False, "refused EHLO: 550 who are you"),
        ("EHLO", HANG_UP, CHANNEL, False, "EHLO failed"),
        ("STARTTLS", "454 not now", CHANNEL, False, "refused STARTTLS: 454 not now"),
        ("STARTTLS", HANG_UP, CHANNEL, False, "STARTTLS failed"),
        ("AUTH", "535 wrong", CHANNEL, False, "did not accept the login of alerts: 535 wrong"),
        ("AUTH", "454 later", CHANNEL, False, "did not accept the login of alerts: 454 later"),
        ("AUTH", HANG_UP, CHANNEL, False, "login failed"),
        ("MAIL", "550 not you", CHANNEL, False, "does not take mail from noreply@yourapp.com: 550 not you"),
        ("MAIL", "451 later", CHANNEL, False, "does not take mail from noreply@yourapp.com: 451 later"),
        ("MAIL", HANG_UP, CHANNEL, False, "MAIL FROM failed"),
        ("RCPT", "550 no such mailbox", RECIPIENT, True, "for this recipient: 550 no such mailbox"),
        ("RCPT", "553 bad name", RECIPIENT, True, "553"),
        ("RCPT", "450 greylisted", RECIPIENT, False, "for this recipient: 450 greylisted"),
        ("RCPT", "421 too busy", CHANNEL, False, "is closing: 421 too busy"),
        ("RCPT", "550 relay not permitted", RECIPIENT, False, "550 relay not permitted"),
        ("RCPT", "550 authentication required", RECIPIENT, False, "550 authentication required"),
        ("RCPT", HANG_UP, CHANNEL, False, "RCPT TO failed"),
        ("DATA", "554 no valid recipients", MESSAGE_ONLY, False, "did not take the message: 554"),
        ("DATA", "451 later", MESSAGE_ONLY, False, "did not take the message: 451 later"),
        ("DATA", HANG_UP, MESSAGE_ONLY, False, "gave no clear answer"),
        ("END", "550 content refused", MESSAGE_ONLY, False, "did not take the message: 550 content refused"),
        ("END", "552 too big", MESSAGE_ONLY, False, "552 too big"),
        ("END", "452 disk full", MESSAGE_ONLY, False, "452 disk full"),
        ("END", "354 again", MESSAGE_ONLY, False, "gave no clear answer to the message, so it is sent again"),
        ("END", "hello?", MESSAGE_ONLY, False, "gave no clear answer to the message, so it is sent again"),
        ("END", HANG_UP, MESSAGE_ONLY, False, "gave no clear answer to the message, so it is sent again"),
    ],
)
async def test_whose_fault_each_failing_step_is(
    step: str, answer: str, scope: DeliveryScope, permanent: bool, words: str
) -> None:
    async with Scripted({step: answer}).serving() as port:
        error = await refused(channel(port))
    assert (error.scope, error.permanent) == (scope, permanent)
    assert words in str(error)
    assert error.where == f"email server localhost:{port}"


@pytest.mark.parametrize("step", ["CONNECT", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "END"])
async def test_a_silent_server_is_the_channels_fault(step: str) -> None:
    async with Scripted({step: SILENCE}).serving() as port:
        error = await refused(channel(port, timeout=timedelta(seconds=0.05)))
    assert (error.scope, error.permanent) == (DeliveryScope.CHANNEL, False)
    assert "did not answer within 0.05 seconds" in str(error) or "did not say whether it took" in str(error)


async def test_a_silent_handshake_is_the_channels_fault() -> None:
    async with Scripted({"CONNECT": SILENCE}).serving() as port:
        error = await refused(channel(port, security="tls", timeout=timedelta(seconds=0.05)))
    assert error.scope is DeliveryScope.CHANNEL


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


async def test_a_submission_port_that_asks_for_a_login_is_told_with_the_cure() -> None:
    async with Scripted({"RCPT": "530 5.7.0 Authentication required"}).serving() as port:
        error = await refused(channel(port, username="", password=None))
    assert error.scope is DeliveryScope.CHANNEL
    assert error.hint == "this port asks for a login: set SMTP_USER and SMTP_PASS"


async def test_a_server_without_any_login_is_told() -> None:
    async with Scripted({"EHLO": "250-mail.test\r\n250 STARTTLS"}).serving() as port:
        error = await refused(channel(port))
    assert "offers no login that we know" in str(error)


async def test_the_password_is_in_no_error_even_if_the_server_repeats_it() -> None:
    plain = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
    async with Scripted({"AUTH": f"535 {PASSWORD} as {plain} is wrong"}).serving() as port:
        error = await refused(channel(port))
    assert "535 **** as **** is wrong" in str(error)
    assert PASSWORD not in f"{error!r} {error} {error.hint}"


async def test_a_hostile_answer_cannot_forge_log_lines() -> None:
    async with Scripted({"RCPT": "550-no\x1b[31m\r\n550 " + "x" * 5000}).serving() as port:
        error = await refused(channel(port))
    assert "\x1b" not in str(error)
    assert "\n" not in str(error)
    assert len(str(error)) < 400


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


async def test_a_missing_sender_is_told_with_the_cure() -> None:
    error = await refused(channel(1, sender=""))
    assert (error.scope, error.hint) == (DeliveryScope.CHANNEL, "set EMAIL_FROM")


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
