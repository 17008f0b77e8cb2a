"""A message becomes MIME: headers, plain text and HTML, safe for every server (7 bit)."""

import re
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from healthcheckd.notify.addresses import Mailbox, mailbox
from healthcheckd.notify.foreign import clean, subject
from healthcheckd.ports.channel import Message
from healthcheckd.settings import EmailSettings

AUTOMATIC: Mapping[str, str] = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
"""No answering machine is to answer (RFC 3834, and the same for Exchange)."""


_EMPTY_FIRST_LINE = re.compile(rb"^([!-9;-~]+):[ \t]*\r\n[ \t]+", re.MULTILINE)


def as_mime(message: Message, sender: Mailbox, recipient: Mailbox, settings: EmailSettings, now: datetime) -> bytes:
    """Raises ValueError for a header that cannot be one."""
    mime = EmailMessage(policy=(SMTPUTF8 if recipient.needs_utf8 or sender.needs_utf8 else SMTP).clone(cte_type="7bit"))
    headers = {
        "From": sender.header(clean(settings.sender_name)),
        "To": recipient.header(),
        "Subject": subject(message.subject),
        "Date": format_datetime(now),
        "Message-ID": bracketed(message.message_id),
        **_reply_to(settings),
        **_thread(message),
        **AUTOMATIC,
        **message.headers,
    }
    for name, value in headers.items():
        mime[name] = value
    mime.set_content(message.text)
    mime.add_alternative(message.html, subtype="html")
    return _unhooked(mime.as_bytes())


def bracketed(message_id: str) -> str:
    return f"<{message_id.strip().strip('<>')}>"


def _unhooked(mime: bytes) -> bytes:
    """The library puts a value that just fits on a line below its name; filters may take that for spam."""
    head, blank, body = mime.partition(b"\r\n\r\n")
    return _EMPTY_FIRST_LINE.sub(rb"\1: ", head) + blank + body


def _reply_to(settings: EmailSettings) -> dict[str, str]:
    """Where answers go: what is configured for it, else support, where that is an address."""
    for address in filter(None, (settings.reply_to, settings.support)):
        try:
            return {"Reply-To": mailbox(address).address}
        except ValueError:
            continue
    return {}


def _thread(message: Message) -> dict[str, str]:
    if not message.thread:
        return {}
    thread = bracketed(message.thread)
    return {"In-Reply-To": thread, "References": thread}
