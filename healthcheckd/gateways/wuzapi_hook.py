"""What WuzAPI posts, as a form or as JSON: signed with SHA-256 by new builds, not at all by old ones."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from healthcheckd.gateways.hooking import SecretHook, arrived, changed, decoded, message, table, text
from healthcheckd.gateways.signatures import check_signature
from healthcheckd.ports.hooks import NOTHING, HookGuide, News, Understood

SIGNATURE = "x-hmac-signature"
STATES = frozenset(
    {
        "Connected", "Disconnected", "ConnectFailure", "LoggedOut", "KeepAliveTimeout", "KeepAliveRestored", "QR",
        "QRTimeout", "PairSuccess", "PairError", "StreamError", "StreamReplaced", "ClientOutdated", "TemporaryBan",
    }
)  # fmt: skip

EVENTS = ("Message", "ReadReceipt", "Connected", "Disconnected", "LoggedOut")
"""What users have to be subscribed to; `All` is more than that."""


class WuzapiHook(SecretHook):
    """One WuzAPI server's posts."""

    def understand(self, headers: Mapping[str, str], body: bytes) -> Understood:
        """A message with a file in it comes in parts, whose signature is over something else: it is left alone."""
        kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind == "multipart/form-data":
            return NOTHING
        check_signature(headers, body, self.secret, SIGNATURE, "sha256")
        event, names = _form(body) if kind == "application/x-www-form-urlencoded" else _plain(body)
        return Understood(_news(event, names))

    def guide(self, url: str, secret: str) -> HookGuide:
        values = {"WUZAPI_GLOBAL_WEBHOOK": url, "WUZAPI_GLOBAL_HMAC_KEY": secret}
        notes = (
            "These go into the environment of WuzAPI, and are for all users; the webhooks of users stay as they are. A "
            "user with an HMAC key of its own signs with that one, and would be refused here.",
            "WuzAPI wants at least 32 characters for the key. Old builds sign nothing and cannot push here.",
            f"Each user must be subscribed to {', '.join(EVENTS)}, or to All.",
            "Where the global webhook is in use already, each user has one of its own: "
            f"healthcheck gateways hook {self._settings.name} --install sets those that are free.",
        )
        return HookGuide(values, notes)


def _form(body: bytes) -> tuple[dict[str, Any], tuple[str, ...]]:
    try:
        fields = parse_qs(body.decode(), max_num_fields=100)
    except ValueError:
        return {}, ()
    names = (fields.get(key, [""])[0] for key in ("instanceName", "userID"))
    return decoded(fields.get("jsonData", [""])[0].encode()), tuple(names)


def _plain(body: bytes) -> tuple[dict[str, Any], tuple[str, ...]]:
    event = decoded(body)
    return event, (text(event.get("instanceName")), text(event.get("userID")))


def _news(event: Mapping[str, Any], names: tuple[str, ...]) -> tuple[News, ...]:
    """A session is a user's name, or its id where several have that name."""
    kind, told = text(event.get("type")), table(event.get("event"))
    if kind in STATES:
        return changed(*names)
    if kind == "Message":
        info = table(told.get("Info"))
        ours = info.get("IsFromMe") is True
        at = None if ours else info.get("Timestamp")
        return message(*names, number=info.get("ID"), ours=ours, chat=info.get("Chat"), at=at)
    # What a program sends through WuzAPI may not be posted; its receipt is.
    if kind == "ReadReceipt" and event.get("state") == "Delivered" and told.get("IsFromMe") is not True:
        at = told.get("Timestamp")
        return arrived(*names, numbers=told.get("MessageIDs"), chat=told.get("Chat"), at=at)
    return ()
