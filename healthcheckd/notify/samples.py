"""Letters about accounts that do not exist: to see how each kind looks before one is needed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from healthcheckd.domain.accounts import Account, AccountId, Vitals
from healthcheckd.domain.naming import check_known
from healthcheckd.domain.notices import NoticeKind
from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.notify.render import Renderer
from healthcheckd.ports.channel import Message
from healthcheckd.ports.store import NoticeSubject, OwedNotice
from healthcheckd.settings import Settings

NOW = datetime(2026, 3, 5, 9, 26, tzinfo=UTC)
FELL = NOW - timedelta(hours=7, minutes=12)
OWNER = "owner@example.com"


def preview(kind: str, settings: Settings) -> Message:
    """One sample letter, laid out with the settings' own templates. Raises `UnknownName`."""
    check_known("kind of mail", kind, tuple(SAMPLES))
    return Renderer(settings)(sample(kind, settings), NOW)


def sample(kind: str, settings: Settings) -> tuple[OwedNotice, ...]:
    """The notice behind a preview, addressed to the first operator where it is the operator's."""
    notice = SAMPLES[kind]
    operators = settings.operator.email
    return (replace(notice, recipient=operators[0]) if operators and notice.recipient != OWNER else notice,)


def subject(
    session: str, title: str, phone: str, cause: Cause | None, connection: Connection = Connection.DISCONNECTED
) -> NoticeSubject:
    vitals = Vitals(
        connection=connection,
        health=Health.CRITICAL,
        cause=cause,
        linked=True,
        offline_since=FELL,
        last_connected_at=FELL - timedelta(minutes=4),
    )
    key = sum(session.encode())
    return NoticeSubject(Account(key, AccountId("main", session), title, phone=phone, customer="ACME"), vitals)


def notice(
    kind: str, recipient: str = OWNER, payload: Mapping[str, object] | None = None, **parts: object
) -> OwedNotice:
    role = "owner" if recipient == OWNER else "operator"
    base = OwedNotice(
        id=1,
        key=f"7:0:{kind}:email:{recipient}:0:",
        kind=kind,
        channel="email",
        recipient=recipient,
        language="",
        time_zone="",
        message_id="<0f7a3c5e@preview.healthcheckd>",
        incident=7,
        started_at=FELL,
        ended_at=None,
        reminder=0,
        tries=0,
        created_at=NOW,
        payload={"role": role, **(payload or {})},
    )
    return replace(base, **parts)  # type: ignore[arg-type]  # the parts are fields of a notice


_SHOP = subject("shop", "Shop", "+55 11 98888-7777", Cause.LOGGED_OUT, Connection.LOGGED_OUT)
_KIOSK = subject("kiosk", "Kiosk", "+49 151 23456789", Cause.REPLACED)
_CAFE = subject("cafe", "Café Central", "+34 600 123 456", Cause.NETWORK)
_BAKERY = subject("bakery", "Bakery", "+1 212 555 0142", Cause.NETWORK)
_HIDDEN = subject("shop", "Shop", "+55 11 98888-7777", None, Connection.UNREACHABLE)
_CHANGED = subject("shop", "Shop", "+55 11 98888-7777", Cause.NUMBER_CHANGED, Connection.CONNECTED)
_OPERATOR = "ops@example.com"
_GATEWAY = {"gateway": "main", "error": "no answer within 10 seconds", "fault": "timeout", "accounts": 214}
_REFUSED = {"gateway": "main", "error": "the key was refused", "fault": "unauthorized", "accounts": 214}
_FALL = {"level": "gateway", "subject": "main", "count": 212, "total": 214}
_PROXY = {"level": "label", "subject": "proxy=br-2", "count": 38, "total": 40}
_NETWORK = {"level": "network", "subject": "", "network": "fails", "count": 1187, "total": 1204}
_JOB = {"job": "whatsapp-health-check", "error": "the database is locked by another process", "failures": 2}
_CHANNEL = {"channel": "email", "error": "smtp.example.com:587: the login of alerts was not accepted", "failures": 2}
_DIGEST = {
    "accounts": 1204,
    "healthy": 1190,
    "warning": 9,
    "critical": 5,
    "outages": 7,
    "attempts": 11,
    "reconnected": 6,
    "notified": 5,
    "gone": ["main/old-shop"],
    "lines": ["Kiosk: its quality is low (YELLOW)"],
}

SAMPLES: Mapping[str, OwedNotice] = {
    NoticeKind.OFFLINE: notice("offline", subjects=(_SHOP,)),
    NoticeKind.ACTION_REQUIRED: notice("action_required", subjects=(_KIOSK,)),
    NoticeKind.RECOVERED: notice("recovered", subjects=(_CAFE,), ended_at=NOW - timedelta(minutes=1)),
    NoticeKind.ESCALATION: notice("escalation", _OPERATOR, subjects=(_SHOP, _KIOSK, _CAFE, _BAKERY)),
    NoticeKind.GATEWAY_DOWN: notice("gateway_down", _OPERATOR, payload=_GATEWAY),
    NoticeKind.GATEWAY_UP: notice("gateway_up", _OPERATOR, payload=_GATEWAY, ended_at=NOW),
    NoticeKind.MASS: notice(
        "mass", _OPERATOR, subjects=(_CAFE, _BAKERY), payload={"gateway": "main", "down": 2, "total": 12}
    ),
    NoticeKind.MASS_FALL: notice("mass_fall", _OPERATOR, subjects=(_CAFE, _BAKERY), payload=_FALL),
    NoticeKind.MASS_OVER: notice(
        "mass_over", _OPERATOR, subjects=(_CAFE, _BAKERY), payload=_FALL, ended_at=NOW - timedelta(hours=6)
    ),
    NoticeKind.JOB_FAILED: notice("job_failed", _OPERATOR, payload=_JOB),
    NoticeKind.JOB_RECOVERED: notice("job_recovered", _OPERATOR, payload=_JOB, ended_at=NOW),
    NoticeKind.CHANNEL_FAILED: notice("channel_failed", _OPERATOR, payload=_CHANNEL),
    NoticeKind.CHANNEL_RECOVERED: notice("channel_recovered", _OPERATOR, payload=_CHANNEL, ended_at=NOW),
    NoticeKind.QUOTA: notice("quota", subjects=(_CAFE,), payload={"sent": 800, "limit": 1000, "percent": 80}),
    NoticeKind.CLEANUP: notice(
        "cleanup", _OPERATOR, payload={"clients": ["main/old-shop", "main/trial-3"], "idle_hours": 24.0}
    ),
    NoticeKind.DIGEST: notice("digest", _OPERATOR, subjects=(_SHOP, _KIOSK), payload=_DIGEST),
    NoticeKind.TEST: notice("test"),
    "banned": notice("action_required", subjects=(subject("shop", "Shop", "+55 11 98888-7777", Cause.BANNED),)),
    "reminder": notice("offline", subjects=(_CAFE,), reminder=2),
    "not_visible": notice("offline", subjects=(_HIDDEN,)),
    "several": notice("offline", subjects=(_SHOP, _KIOSK, _CAFE, _BAKERY)),
    "no_owner": notice("offline", _OPERATOR, subjects=(_SHOP,), payload={"variant": "no_owner"}),
    "exhausted": notice("escalation", _OPERATOR, subjects=(_CAFE,), payload={"variant": "exhausted"}),
    "undeliverable": notice(
        "escalation",
        _OPERATOR,
        subjects=(_SHOP,),
        payload={"variant": "undeliverable", "undelivered_to": OWNER, "error": "550 no such mailbox"},
    ),
    "number_changed": notice("escalation", _OPERATOR, subjects=(_CHANGED,), payload={"number": "5511977776666"}),
    "mass_label": notice("mass_fall", _OPERATOR, subjects=(_CAFE, _BAKERY), payload=_PROXY),
    "mass_network": notice("mass_fall", _OPERATOR, subjects=(_SHOP, _CAFE), payload=_NETWORK),
    "drill": notice("offline", subjects=(_SHOP,), payload={"drill": True}),
    "wrong_key": notice("gateway_down", _OPERATOR, payload=_REFUSED),
}
"""Every kind, and the forms of them that look different."""
