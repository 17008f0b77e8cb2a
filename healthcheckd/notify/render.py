"""Owed notices and settings become a message: subject, HTML, its plain-text twin and its short form."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from healthcheckd.domain.notices import NoticeKind
from healthcheckd.notify import machinery_letters as machinery
from healthcheckd.notify import mass_letters as masses
from healthcheckd.notify import operator_letters as operator
from healthcheckd.notify import owner_letters as owner
from healthcheckd.notify.chat import chat
from healthcheckd.notify.letter import Letter
from healthcheckd.notify.occasion import Occasion
from healthcheckd.notify.templates import Templates
from healthcheckd.ports.channel import Message
from healthcheckd.ports.store import OwedNotice
from healthcheckd.settings import Settings

LETTERS: Mapping[str, Callable[[Occasion], Letter]] = {
    NoticeKind.OFFLINE: owner.offline,
    NoticeKind.ACTION_REQUIRED: owner.offline,
    NoticeKind.RECOVERED: owner.recovered,
    NoticeKind.QUOTA: owner.quota,
    NoticeKind.ESCALATION: operator.escalation,
    NoticeKind.GATEWAY_DOWN: machinery.gateway_down,
    NoticeKind.GATEWAY_UP: machinery.gateway_up,
    NoticeKind.MASS: masses.mass,
    NoticeKind.MASS_FALL: masses.mass_fall,
    NoticeKind.MASS_OVER: masses.mass_over,
    NoticeKind.JOB_FAILED: machinery.job,
    NoticeKind.JOB_RECOVERED: machinery.job,
    NoticeKind.CHANNEL_FAILED: machinery.channel,
    NoticeKind.CHANNEL_RECOVERED: machinery.channel,
    NoticeKind.CLEANUP: machinery.cleanup,
    NoticeKind.DIGEST: operator.digest,
    NoticeKind.TEST: machinery.test,
}

_OF_ACCOUNTS = frozenset(
    {
        NoticeKind.OFFLINE,
        NoticeKind.ACTION_REQUIRED,
        NoticeKind.RECOVERED,
        NoticeKind.QUOTA,
        NoticeKind.ESCALATION,
    }
)
"""Kinds that have nothing to say without an account."""


class Renderer:
    """Fills `Compose` for the outbox. `faults` are the user's templates that failed, by name: for `status`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._templates = Templates(settings.daemon.templates)

    @property
    def faults(self) -> Mapping[str, str]:
        return self._templates.faults

    def __call__(self, notices: Sequence[OwedNotice], now: datetime) -> Message:
        occasion = Occasion(notices, self._settings, now)
        letter = write(occasion)
        context = {"letter": letter, "daemon": occasion.daemon, "accounts": occasion.cases}
        return Message(
            recipient=occasion.first.recipient,
            subject=letter.subject,
            text=self._templates.render(f"{letter.layout}.txt.j2", context),
            html=self._templates.render(f"{letter.layout}.html.j2", context),
            message_id=occasion.first.message_id,
            thread=_thread(notices),
            headers={"X-Healthcheckd-Kind": letter.kind, "Content-Language": letter.language},
            chat=chat(occasion, letter),
            # An alert of a drill is of no severity, and ends by itself.
            kind=NoticeKind.TEST if occasion.drill else letter.kind,
        )


def write(occasion: Occasion) -> Letter:
    """The letter for an occasion, before it is laid out."""
    kind = occasion.first.kind
    if kind in _OF_ACCOUNTS and not occasion.cases:
        return operator.plain(occasion)
    return LETTERS.get(kind, operator.plain)(occasion)


def _thread(notices: Sequence[OwedNotice]) -> str:
    """A Message-ID that is never sent: what all letters of one incident answer to, so that mail clients group them."""
    incidents = {notice.incident for notice in notices}
    installation = notices[0].message_id.strip("<>").rpartition("@")[2]
    if len(incidents) != 1 or None in incidents or not installation:
        return ""
    return f"<incident-{incidents.pop()}@{installation}>"
