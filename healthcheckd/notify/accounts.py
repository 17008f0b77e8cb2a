"""One account as a letter speaks of it: since when, why, and what its reader can do."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from healthcheckd.domain.accounts import digits
from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.notify.foreign import apart, clean, name
from healthcheckd.notify.languages import RESTRICTED, Remedy
from healthcheckd.notify.letter import Button, Fact, Row
from healthcheckd.notify.wording import Wording, phone_in_words
from healthcheckd.ports.store import NoticeSubject, OwedNotice

_BY_CONNECTION: Mapping[Connection, Cause] = {
    Connection.UNREACHABLE: Cause.GATEWAY_DOWN,
    Connection.LOGGED_OUT: Cause.LOGGED_OUT,
    Connection.NEEDS_PAIRING: Cause.NEEDS_PAIRING,
    Connection.STOPPED: Cause.STOPPED,
    Connection.CONNECTING: Cause.STUCK,
}


@dataclass(frozen=True, slots=True)
class Case:
    """One account of one notice, with all that is needed to speak of it.

    `alert_kind` is the kind of its gateway where that is alert-only: it has no phone to take and no code to scan.
    `to_operator` is whether the reader runs the gateway, and has no phone to take either.
    """

    notice: OwedNotice
    subject: NoticeSubject
    words: Wording
    now: datetime
    reconnect_url: str = ""
    helper: str = ""
    one_of_several: bool = False
    alert_kind: str = ""
    to_operator: bool = False

    @property
    def id(self) -> str:
        return apart(self._plain_id)

    @property
    def name(self) -> str:
        """A name of nothing that can be seen is none."""
        return name(self.subject.account.title) or name(self._plain_id)

    @property
    def phone(self) -> str:
        return phone_in_words(self.subject.account.phone or self.subject.vitals.phone)

    @property
    def title(self) -> str:
        """`Shop (+55 11 98888-7777)`."""
        return self.words.say("account_phone", name=self.name, phone=self.phone) if self.phone else self.name

    @property
    def cause(self) -> Cause:
        """Why, as far as anybody knows. Behind a silent gateway nothing else counts: the rest is what it was before."""
        vitals = self.subject.vitals
        if vitals.connection is Connection.UNREACHABLE:
            return Cause.GATEWAY_DOWN
        return vitals.cause or _BY_CONNECTION.get(vitals.connection, Cause.UNKNOWN)

    @property
    def visible(self) -> bool:
        return self.cause is not Cause.GATEWAY_DOWN

    @property
    def crippled(self) -> bool:
        """Connected, but restricted by WhatsApp, and nothing worse."""
        vitals = self.subject.vitals
        held = bool(vitals.restricted_until or vitals.restricted_why)
        return held and vitals.connection is Connection.CONNECTED and vitals.cause is None

    @property
    def changed(self) -> bool:
        """Somebody else's number is linked: the session is up, the account is not."""
        return self.cause is Cause.NUMBER_CHANGED

    @property
    def linked_now(self) -> str:
        """That number, where the gateway told it."""
        return phone_in_words(str(self.notice.payload.get("number") or "")) if self.changed else ""

    @property
    def since(self) -> datetime:
        vitals = self.subject.vitals
        known = (self.notice.started_at, vitals.offline_since, vitals.stale_since, vitals.first_bad_at)
        return next((at for at in known if at is not None), self.notice.created_at)

    @property
    def lasted(self) -> timedelta:
        return max((self.notice.ended_at or self.now) - self.since, timedelta(0))

    @property
    def last_connected(self) -> str:
        at = self.subject.vitals.last_connected_at
        return self.words.moment(at) if at else self.words.say("not_seen_connected")

    @property
    def remedy(self) -> Remedy:
        return self.words.remedy(RESTRICTED if self.crippled else self.cause, self.alert_kind)

    @property
    def action(self) -> str:
        return self.remedy.operator_action if self.to_operator else self.remedy.action

    @property
    def headline(self) -> str:
        if self.changed:
            phrase = "number_changed" if self.linked_now else "number_changed_unknown"
        elif not self.visible:
            phrase = "not_visible"
        elif self.subject.vitals.last_connected_at is None:
            phrase = "never_connected"
        else:
            phrase = "offline"
        since = self.words.since(self.since, self.now)
        return self.words.say(phrase, account=self.title, number=self.linked_now, since=since, action=self.action)

    @property
    def button(self) -> Button | None:
        """Only where a URL pattern is configured, and only where reconnecting is what helps."""
        if not self.reconnect_url or self.alert_kind or self.cause in _NO_BUTTON:
            return None
        return Button(self.words.say("reconnect", name=self.name), reconnect_link(self.reconnect_url, self.subject))

    @property
    def restricted_until(self) -> str:
        until = self.subject.vitals.restricted_until
        return self.words.moment(until) if until else ""

    @property
    def restriction(self) -> str:
        return clean(self.subject.vitals.restricted_why, 120)

    def steps(self) -> tuple[str, ...]:
        """What the reader can do, in order."""
        steps = self.remedy.operator_steps if self.to_operator else self.remedy.steps
        return tuple(step.format(**self._values()) for step in steps)

    def facts(self) -> tuple[Fact, ...]:
        """What people look for first. A fact that is not known is left out."""
        say = self.words.say
        lasting = say("label_offline_for" if self.visible else "label_not_visible_for")
        up = self.crippled or self.changed
        known = (
            Fact(say("label_account"), self.name),
            Fact(say("label_phone"), self.phone),
            Fact(say("label_new_number"), self.linked_now, strong=True),
            Fact(lasting, "" if up else self.words.duration(self.lasted), strong=True),
            Fact(say("label_last_connected"), self.last_connected),
            Fact(say("label_cause"), "" if self.crippled else self.remedy.label),
            Fact(say("label_restricted_until"), self.restricted_until),
            Fact(say("label_restriction"), self.restriction),
            Fact(say("label_id"), self.id),
        )
        return tuple(fact for fact in known if fact.value)

    def row(self, *, with_cause: bool = False) -> Row:
        """Where the list is not one of a single cause, each line says its own."""
        lasting = self.words.say("for_duration", duration=self.words.duration(self.lasted))
        at = self.subject.vitals.last_connected_at
        seen = self.words.say("last_connected", moment=self.words.clock(at, self.now)) if at else self.last_connected
        why = (self.remedy.label,) if with_cause else ()
        said = (self.restriction,) if self.alert_kind and self.restriction else ()
        now = (self.words.say("linked_now", number=self.linked_now),) if self.linked_now else ()
        return Row(self.title, (self.id, *why, *said, *now, lasting, seen), self.button)

    def command(self, *words: str) -> str:
        """A command about this account that works when it is pasted into a shell."""
        return shlex.join(["healthcheck", *words, self._plain_id])

    def commands(self) -> tuple[str, ...]:
        """For whoever runs the gateway: what mends it, and what shows all there is to know."""
        show = self.command("accounts", "show")
        return (self.command("pair"), show) if self.cause in _TO_PAIR and not self.alert_kind else (show,)

    @property
    def _plain_id(self) -> str:
        return clean(str(self.subject.account.id), 300)

    def _values(self) -> dict[str, str]:
        say = self.words.say
        known = bool(self.restricted_until) and not self.one_of_several
        until = say("until", until=self.restricted_until) if known else say("for_a_while")
        return {"open_qr": self._open_qr(), "helper": self.helper, "until": until}

    def _open_qr(self) -> str:
        if self.button is None:
            return self.words.say("open_qr_dashboard", helper=self.helper)
        return self.words.say("open_qr_link" if self.one_of_several else "open_qr_button", button=self.button.label)


_TO_PAIR = frozenset({Cause.LOGGED_OUT, Cause.NEEDS_PAIRING})

_NO_BUTTON = frozenset(
    {
        Cause.BANNED,
        Cause.TEMPORARY_BAN,
        Cause.RATE_LIMITED,
        Cause.REPLACED,
        Cause.GATEWAY_DOWN,
        Cause.OUTDATED_CLIENT,
    }
)
"""Causes that a press on “Reconnect” does not mend, or makes worse."""


def reconnect_link(pattern: str, subject: NoticeSubject) -> str:
    """`{gateway}`, `{session}` and `{phone}` (digits) filled in, each quoted so that it stays one part of the URL."""
    account = subject.account
    values = {
        "{gateway}": account.id.gateway,
        "{session}": account.id.session,
        "{phone}": digits(account.phone or subject.vitals.phone),
    }
    for place, value in values.items():
        pattern = pattern.replace(place, quote(value.encode("utf-8", "replace"), safe=""))
    return pattern
