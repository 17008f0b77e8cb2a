"""How a rendered message leaves the house."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to be delivered to one recipient. `message_id` is stable over retries and restarts,
    `thread` groups all messages of one incident, `kind` is that of its notices. `chat` is its short form for chats and
    SMS: plain lines, the subject first."""

    recipient: str
    subject: str
    text: str
    html: str
    message_id: str
    thread: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    chat: str = ""
    kind: str = ""


class Channel(Protocol):
    """One way out. Raises `DeliveryError` saying whose fault it is and whether trying again can help."""

    @property
    def name(self) -> str: ...

    async def deliver(self, message: Message) -> str:
        """Returns the server's own words on acceptance."""

    async def verify(self) -> str:
        """Log in without sending; returns what was found, for a person."""
