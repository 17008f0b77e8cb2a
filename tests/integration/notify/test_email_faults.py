"""Mail over real sockets: whose fault each failure is, and what is said of it."""

import base64
from datetime import timedelta
from pathlib import Path

import pytest

from healthcheckd.errors import DeliveryError, DeliveryScope
from healthcheckd.settings import Secret
from tests.fakes.smtp import HANG_UP, SILENCE, Scripted, server_context
from tests.integration.notify.mail import channel, refused
from tests.integration.notify.servers import PASSWORD, USER, Inbox, real_server


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
        ("CONNECT", "SSH-2.0-OpenSSH", CHANNEL, False, 'is no mail server: it says "SSH-2.0-OpenSSH"'),
        ("EHLO", "550 who are you", CHANNEL, False, "refused EHLO: 550 who are you"),
        ("EHLO", HANG_UP, CHANNEL, False, "EHLO failed"),
        ("EHLO", "hello?", CHANNEL, False, 'is no mail server: it says "hello?"'),
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


async def test_a_missing_sender_is_told_with_the_cure() -> None:
    error = await refused(channel(1, sender=""))
    assert (error.scope, error.hint) == (DeliveryScope.CHANNEL, "set EMAIL_FROM")
