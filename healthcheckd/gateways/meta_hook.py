"""What Meta posts for an app: signed with the app's secret, after one handshake."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from healthcheckd.domain.accounts import digits
from healthcheckd.gateways.hooking import SecretHook, changed, decoded, message, table, text
from healthcheckd.gateways.signatures import check_signature, digest_of, same
from healthcheckd.ports.hooks import HookGuide, HookRefused, News, Understood

SIGNATURE = "X-Hub-Signature-256"
PREFIX = "sha256="
STATES = frozenset({"phone_number_quality_update", "business_capability_update", "account_alerts", "account_update"})
SENT = frozenset({"sent", "delivered"})
"""What comes later may come when the message is forgotten."""


class MetaHook(SecretHook):
    """The posts about one WhatsApp Business Account. An app may get those of others too, which are not ours."""

    def understand(self, headers: Mapping[str, str], body: bytes) -> Understood:
        check_signature(headers, body, self.secret, SIGNATURE, "sha256", PREFIX)
        return Understood(tuple(self._news(decoded(body))))

    def handshake(self, query: Mapping[str, str]) -> str:
        if query.get("hub.mode") != "subscribe" or not same(query.get("hub.verify_token", ""), self._token):
            raise HookRefused("its verify token is not right")
        return query.get("hub.challenge", "")

    def guide(self, url: str, secret: str) -> HookGuide:
        token = self._token if secret == self.secret.reveal() else secret
        fields = ", ".join(("messages", *sorted(STATES)))
        values = {"Callback URL": url, "Verify token": token, "App secret": secret, "Fields": fields}
        notes = (
            "In the app's dashboard: WhatsApp, Configuration, Webhook. Meta asks for the callback at once, so the "
            "daemon must be running and reachable over https with a certificate that everybody trusts.",
            "hook_secret is the app secret, from the app's basic settings. The verify token is made from it.",
            "Subscribe the business account to the app: POST /WABA_ID/subscribed_apps.",
        )
        return HookGuide(values, notes)

    @property
    def _token(self) -> str:
        """From the secret, which cannot be had back from it: one secret less to keep."""
        return digest_of(b"verify token of healthcheckd", self.secret, "sha256")[:32]

    def _news(self, event: Mapping[str, Any]) -> Iterator[News]:
        account = urlsplit(self._settings.url).path.rstrip("/").rpartition("/")[2]
        for entry in _each(event.get("entry")):
            if text(entry.get("id")) == account:
                for change in _each(entry.get("changes")):
                    yield from _of_change(text(change.get("field")), table(change.get("value")))


def _of_change(field: str, value: Mapping[str, Any]) -> Iterator[News]:
    if field in STATES:
        phone = digits(text(value.get("display_phone_number")) or text(value.get("phone_number")))
        yield News(phone=phone, changed=True)
    if field != "messages":
        return
    number = table(value.get("metadata")).get("phone_number_id")
    for status in _each(value.get("statuses")):
        if text(status.get("status")) in SENT:
            yield from message(number, number=status.get("id"), ours=True, at=status.get("timestamp"))
    for came in _each(value.get("messages")):
        yield from message(number, number=came.get("id"), ours=False, at=came.get("timestamp"))
    if value.get("errors"):
        yield from changed(number)


def _each(value: object) -> list[dict[str, Any]]:
    return [table(one) for one in value] if isinstance(value, list) else []
