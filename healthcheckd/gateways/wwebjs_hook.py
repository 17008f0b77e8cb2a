"""What wwebjs-api posts. It signs nothing, so the secret is in the path; the key that it echoes must be ours too."""

from collections.abc import Mapping

from healthcheckd.gateways.hooking import SecretHook, answered, changed, decoded, message, table, text
from healthcheckd.gateways.signatures import same
from healthcheckd.ports.hooks import HookGuide, HookRefused, News, Understood

KEY = "x-api-key"
STATES = frozenset({"ready", "authenticated", "qr", "code", "disconnected", "change_state", "status"})
MESSAGES = frozenset({"message", "message_create"})
"""The first holds only what came in; both give a message the same id."""
ACK = "message_ack"
UNDER_WAY = (1, 2, 3, 4)
"""From WhatsApp's server, the phone of who got it, who read it, who played it; not pending, and not an error."""


class WwebjsHook(SecretHook):
    """One wwebjs-api server's posts."""

    in_path = True

    def understand(self, headers: Mapping[str, str], body: bytes) -> Understood:
        key, given = self._settings.api_key, headers.get(KEY)
        if key and given and not same(given, key.reveal()):
            raise HookRefused(f"the key in {KEY} is not that of the gateway")
        return Understood(_news(decoded(body)))

    def guide(self, url: str, secret: str) -> HookGuide:
        notes = (
            "This goes into the environment of wwebjs-api; a session with SESSION_WEBHOOK_URL of its own posts there.",
            "ready, disconnected, change_state, qr and message_create must not stand in DISABLED_CALLBACKS.",
        )
        return HookGuide({"BASE_WEBHOOK_URL": url}, notes)


def _news(event: Mapping[str, object]) -> tuple[News, ...]:
    kind, session, data = text(event.get("dataType")), event.get("sessionId"), table(event.get("data"))
    if kind in STATES:
        return changed(session)
    told = table(data.get("message")) or data
    number = table(told.get("id"))
    ours = told.get("fromMe") is True or number.get("fromMe") is True
    if kind == ACK and ours and data.get("ack") in UNDER_WAY:
        return answered(session, at=told.get("timestamp"))
    if kind not in MESSAGES:
        return ()
    chat = told.get("to" if ours else "from")
    at = None if ours else told.get("timestamp")
    return message(session, number=number.get("_serialized") or text(told.get("id")), ours=ours, chat=chat, at=at)
