"""What GOWA posts: messages and receipts, signed with SHA-256. Of its connections it says nothing."""

from collections.abc import Mapping

from healthcheckd.gateways.advice import PUBLISHED_HOOKS
from healthcheckd.gateways.hooking import SecretHook, arrived, decoded, message, table, text
from healthcheckd.gateways.jids import number_of
from healthcheckd.gateways.signatures import check_signature
from healthcheckd.ports.hooks import HookGuide, News, Understood

SIGNATURE = "X-Hub-Signature-256"
PREFIX = "sha256="


class GowaHook(SecretHook):
    """One GOWA server's posts."""

    def understand(self, headers: Mapping[str, str], body: bytes) -> Understood:
        check_signature(headers, body, self.secret, SIGNATURE, "sha256", PREFIX)
        event = decoded(body)
        device = text(event.get("device_id"))
        # Builds differ in what they call a device here: its own name, or the address of its number.
        phone = number_of(device) or ""
        return Understood(tuple(one._replace(phone=phone) for one in _news(device, event)))

    def guide(self, url: str, secret: str) -> HookGuide:
        values = {
            "WHATSAPP_WEBHOOK": url,
            "WHATSAPP_WEBHOOK_SECRET": secret,
            "WHATSAPP_WEBHOOK_EVENTS": "message,message.ack",
        }
        notes: tuple[str, ...] = (
            "These go into the environment of GOWA; several addresses are written with commas between them.",
            "GOWA posts messages alone: a drop is seen at the next health check, as without them.",
        )
        if self.secret.reveal() in PUBLISHED_HOOKS[self._settings.kind]:
            notes += ("The secret is the one GOWA comes with: anybody can sign with it. Set another.",)
        return HookGuide(values, notes)


def _news(device: str, event: Mapping[str, object]) -> tuple[News, ...]:
    payload = table(event.get("payload"))
    chat, at = payload.get("chat_id"), payload.get("timestamp")
    if event.get("event") == "message":
        ours = payload.get("is_from_me") is True
        return message(device, number=payload.get("id"), ours=ours, chat=chat, at=None if ours else at)
    # What a program sends through GOWA is not posted; its receipt is.
    if event.get("event") == "message.ack" and payload.get("receipt_type") == "delivered":
        return arrived(device, numbers=payload.get("ids"), chat=chat, at=at)
    return ()
