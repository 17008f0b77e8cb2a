"""What Evolution posts. It signs nothing, so the secret is in the path; an API key comes along, and is never read."""

from collections.abc import Mapping

from healthcheckd.gateways.hooking import SecretHook, changed, decoded, message, table, text
from healthcheckd.ports.hooks import HookGuide, News, Understood

STATES = frozenset({"connection.update", "status.instance", "qrcode.updated", "logout.instance", "remove.instance"})
MESSAGES = frozenset({"messages.upsert", "send.message"})
EVENTS = ("CONNECTION_UPDATE", "STATUS_INSTANCE", "LOGOUT_INSTANCE", "MESSAGES_UPSERT", "SEND_MESSAGE")


class EvolutionHook(SecretHook):
    """One Evolution server's posts."""

    in_path = True

    def understand(self, headers: Mapping[str, str], body: bytes) -> Understood:
        """Its `date_time` is local time under a wrong name, and says nothing of the age of a post."""
        return Understood(_news(decoded(body)))

    def guide(self, url: str, secret: str) -> HookGuide:
        events = {f"WEBHOOK_EVENTS_{event}": "true" for event in EVENTS}
        notes = (
            "These go into the environment of Evolution, and are for all instances; webhooks of their own stay.",
            "Where the global webhook is in use already, each instance has one of its own: "
            f"healthcheck gateways hook {self._settings.name} --install sets those that are free.",
        )
        return HookGuide({"WEBHOOK_GLOBAL_ENABLED": "true", "WEBHOOK_GLOBAL_URL": url, **events}, notes)


def _news(event: Mapping[str, object]) -> tuple[News, ...]:
    kind, instance = text(event.get("event")).lower().replace("_", "."), event.get("instance")
    if kind in STATES:
        return changed(instance)
    if kind not in MESSAGES:
        return ()
    data = event.get("data")
    each = [_message(instance, table(one)) for one in (data if isinstance(data, list) else [data])]
    return tuple(news for one in each for news in one)


def _message(instance: object, told: Mapping[str, object]) -> tuple[News, ...]:
    """What was sent is posted when it was handed over, and so proves nothing."""
    key = table(told.get("key"))
    ours = key.get("fromMe") is True
    at = None if ours else told.get("messageTimestamp")
    return message(instance, number=key.get("id"), ours=ours, chat=key.get("remoteJid"), at=at)
