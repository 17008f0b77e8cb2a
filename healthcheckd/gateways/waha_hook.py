"""What WAHA posts: signed with SHA-512, with an id and an instant of its own."""

from collections.abc import Mapping

from healthcheckd.gateways.hooking import SecretHook, answered, changed, decoded, instant, message, table, text
from healthcheckd.gateways.signatures import check_signature
from healthcheckd.ports.hooks import HookGuide, News, Understood

SIGNATURE = "X-Webhook-Hmac"
STATES = frozenset({"session.status", "state.change"})
MESSAGES = frozenset({"message.any", "message"})
"""The second holds only what came in; both give a message the same id."""
ACK = "message.ack"
UNDER_WAY = (1, 2, 3, 4)
"""From WhatsApp's server, the phone of who got it, who read it, who played it; not pending, and not an error."""


class WahaHook(SecretHook):
    """One WAHA server's posts."""

    def understand(self, headers: Mapping[str, str], body: bytes) -> Understood:
        """The headers' own id and instant are not signed; those in the body are."""
        check_signature(headers, body, self.secret, SIGNATURE, "sha512")
        event = decoded(body)
        return Understood(_news(event), text(event.get("id")), instant(event.get("timestamp")))

    def guide(self, url: str, secret: str) -> HookGuide:
        values = {
            "WHATSAPP_HOOK_URL": url,
            "WHATSAPP_HOOK_EVENTS": "session.status,message.any,message.ack",
            "WHATSAPP_HOOK_HMAC_KEY": secret,
        }
        notes = (
            "These go into the environment of WAHA, and count for all sessions after a restart of it.",
            "Where they are in use already, add a webhook to config.webhooks of each session instead, with the same "
            "url, events and hmac.key. That may restart the session, so it is left to you.",
        )
        return HookGuide(values, notes)


def _news(event: Mapping[str, object]) -> tuple[News, ...]:
    kind, session = text(event.get("event")), event.get("session")
    payload = table(event.get("payload"))
    if kind in STATES:
        return changed(session)
    if kind == ACK and payload.get("ack") in UNDER_WAY:
        return answered(session, at=event.get("timestamp"))
    if kind not in MESSAGES:
        return ()
    chat = payload.get("to") if (ours := payload.get("fromMe") is True) else payload.get("from")
    # What the phone sent came from WhatsApp; of what a program sends, only its receipt does.
    at = payload.get("timestamp") if not ours or payload.get("source") == "app" else None
    return message(session, number=payload.get("id"), ours=ours, chat=chat, at=at)
