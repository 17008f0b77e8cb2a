"""What WPPConnect posts: flat, and signed by nothing, so the secret is in the path."""

from collections.abc import Mapping

from healthcheckd.gateways.hooking import SecretHook, changed, decoded, message, table, text
from healthcheckd.ports.hooks import HookGuide, News, Understood

STATES = frozenset({"status-find", "qrcode", "phoneCode", "closesession", "logoutsession"})
MESSAGES = frozenset({"onmessage", "onselfmessage"})
UNDER_WAY = frozenset({"1", "2"})
"""Sent, and arrived; what comes later may come when the message is forgotten."""


class WppconnectHook(SecretHook):
    """One WPPConnect server's posts."""

    in_path = True

    def understand(self, headers: Mapping[str, str], body: bytes) -> Understood:
        return Understood(_news(decoded(body)))

    def guide(self, url: str, secret: str) -> HookGuide:
        values = {"WEBHOOK_URL": url, "WEBHOOK_ON_SELF_MESSAGE": "true", "WEBHOOK_READ_MESSAGE": "false"}
        notes = (
            "These go into the environment of WPPConnect, or as webhook.url, webhook.onSelfMessage and "
            "webhook.readMessage into its config.json. A session with a webhook of its own keeps that one alone.",
            "Leave WEBHOOK_READ_MESSAGE false: otherwise WPPConnect marks every chat as read that is posted here.",
        )
        return HookGuide(values, notes)


def _news(event: Mapping[str, object]) -> tuple[News, ...]:
    kind, session = text(event.get("event")), event.get("session")
    if kind in STATES:
        return changed(session)
    if kind in MESSAGES:
        ours = kind == "onselfmessage" or event.get("fromMe") is True
        at = None if ours else _instant(event)
        return message(session, number=_number(event), ours=ours, chat=event.get("to" if ours else "from"), at=at)
    # What a program sends is posted as such only where onSelfMessage is on.
    if kind == "onack" and text(event.get("ack")) in UNDER_WAY and _number(event).startswith("true_"):
        return message(session, number=_number(event), ours=True, chat=event.get("to"), at=_instant(event))
    return ()


def _instant(event: Mapping[str, object]) -> object:
    """When the message was written: of a receipt it tells no other."""
    return event.get("t") or event.get("timestamp")


def _number(event: Mapping[str, object]) -> str:
    """`true_NUMBER@c.us_ID` for what we sent, `false_…` for what came in; receipts write it otherwise than messages."""
    number = event.get("id")
    return text(table(number).get("_serialized") or number)
