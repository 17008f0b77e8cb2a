"""A mail channel to a server on this machine, and a message for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from healthcheckd.errors import DeliveryError
from healthcheckd.notify.email import EmailChannel
from healthcheckd.ports.channel import Message
from healthcheckd.settings import EmailSettings, Secret
from tests.integration.notify.servers import CA_FILE, PASSWORD, USER

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


def parsed(content: bytes) -> EmailMessage:
    mail = message_from_bytes(content, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


async def refused(to: EmailChannel, message: Message = MESSAGE) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await to.deliver(message)
    return caught.value
