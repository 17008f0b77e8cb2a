"""Making messages owed: a row for each, once, and out of the way again when the state moved on."""

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from healthcheckd.domain.accounts import AccountId, Vitals
from healthcheckd.domain.contacts import Contact
from healthcheckd.domain.incidents import Ending, IncidentStep, Step
from healthcheckd.domain.notices import NoticeKind, NoticePlan, plan_notices
from healthcheckd.ports.store import Event, OwedNotice
from healthcheckd.store.contacts import audience_of
from healthcheckd.store.past import known_keys, past_of
from healthcheckd.store.rows import mapped, written
from healthcheckd.store.terms import Terms

HEARD = "(state = 'sent' OR unclear > 0)"
"""Notices whose recipient heard of it, or may have: the mail was on its way when we died, or got no clear answer."""


@dataclass(frozen=True, slots=True)
class About:
    """What a message is about. `id` is the account's present address, where events are to name it."""

    incident: int | None = None
    account: int | None = None
    gateway: str | None = None
    id: AccountId | None = None
    payload: Mapping[str, object] = field(default_factory=dict)


def follow_step(
    connection: sqlite3.Connection, terms: Terms, about: About, step: IncidentStep, vitals: Vitals, now: datetime
) -> list[Event]:
    """What one step of an account's incident makes owed, and what it makes superfluous."""
    if about.incident is None or about.account is None:
        return []
    if step.step is Step.END:
        supersede(connection, "incident = ?", (about.incident,), "the outage is over", now)
        return owe_recovery(connection, about, now) if step.ending is Ending.RECOVERED else []
    audience = audience_of(connection, terms.directory, about.account)
    plans = plan_notices(step, vitals, audience, terms.policy.notices, now)
    return owe(connection, plans, about, now)


def owe(connection: sqlite3.Connection, plans: Iterable[NoticePlan], about: About, now: datetime) -> list[Event]:
    """Each plan once: one whose key is known was owed before, whatever became of it. What should have been told long
    ago is owed from now on; a reminder of it that is past too is left out."""
    timely = [plan for plan in plans if not plan.reminder or plan.due_at > now]
    if not timely:
        return []
    past = None if about.incident is None else past_of(connection, about.incident)
    news = _news(connection, timely, about) if past is None else past.news(timely)
    payload = mapped(about.payload)
    connection.executemany(_INSERT, [_row(key, plan, about, payload, now) for key, plan in news.items()])
    for key in past.replaced_by(news) if past else ():
        supersede(connection, "key = ?", (key,), "newer news", now)
    return [_event(plan, about, now) for plan in news.values()]


def owe_recovery(connection: sqlite3.Connection, about: About, now: datetime) -> list[Event]:
    """For those, and only those, who were told of this outage, or may have been, and heard of nothing good since."""
    told = connection.execute(
        "SELECT DISTINCT channel, recipient, language, time_zone, role FROM notices AS told"
        f" WHERE incident = ? AND {HEARD} AND kind <> 'recovered' AND NOT EXISTS ("
        "   SELECT 1 FROM notices AS good WHERE good.incident = told.incident AND good.kind = 'recovered'"
        "   AND (good.state = 'sent' OR good.unclear > 0)"
        "   AND good.channel = told.channel AND good.recipient = told.recipient"
        "   AND good.created_at >= coalesce(told.sent_at, told.created_at))",
        (about.incident,),
    ).fetchall()
    plans = [
        NoticePlan(
            NoticeKind.RECOVERED,
            Contact(recipient, channel=channel, language=language, time_zone=time_zone),
            now,
            variant=role,
        )
        for channel, recipient, language, time_zone, role in told
    ]
    return owe(connection, plans, about, now)


def heard_of(connection: sqlite3.Connection, notice: OwedNotice) -> bool:
    """Whether its recipient heard, or may have heard, of the outage that it is about."""
    row = connection.execute(
        f"SELECT count(*) FROM notices WHERE incident = ? AND channel = ? AND recipient = ? AND kind <> ? AND {HEARD}",
        (notice.incident, notice.channel, notice.recipient, NoticeKind.RECOVERED),
    ).fetchone()
    return bool(row[0])


def supersede(
    connection: sqlite3.Connection, condition: str, values: tuple[object, ...], why: str, now: datetime
) -> None:
    """Notices not sent yet under `condition` (a fixed text of ours) will not be."""
    connection.execute(
        f"UPDATE notices SET state = 'superseded', last_error = ?, ended_at = ? WHERE state = 'owed' AND {condition}",
        (why, written(now), *values),
    )


def _news(connection: sqlite3.Connection, plans: Iterable[NoticePlan], about: About) -> dict[str, NoticePlan]:
    """What was not owed before, by key, where it is about no incident."""
    named = {_free_key(plan, about): plan for plan in plans}
    known = known_keys(connection, named)
    return {key: plan for key, plan in named.items() if key not in known}


def _free_key(plan: NoticePlan, about: About) -> str:
    """A key for what belongs to no incident: its variant has to tell one occasion from another."""
    subject = about.account if about.account is not None else about.gateway or ""
    parts = ("", subject, plan.kind, plan.to.channel, plan.to.address, plan.reminder, plan.variant)
    return ":".join(str(part) for part in parts)


def message_id(connection: sqlite3.Connection, keys: Iterable[str]) -> str:
    """The same for the same notices of the same installation, wherever it is moved and however often it starts."""
    installation = connection.execute("SELECT installation FROM daemon").fetchone()[0]
    digest = hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()[:32]
    return f"<{digest}@{installation}.healthcheckd>"


def _row(key: str, plan: NoticePlan, about: About, payload: str, now: datetime) -> tuple[object, ...]:
    to = plan.to
    return (
        *(key, about.incident, about.account, about.gateway, plan.kind, plan.role),
        *(to.channel, to.address, to.language, to.time_zone, payload),
        *(plan.reminder, plan.variant, written(now), written(max(plan.due_at, now))),
    )


_INSERT = (
    "INSERT INTO notices (key, incident, account, gateway, kind, role, channel, recipient, language, time_zone,"
    " payload, reminder, variant, created_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (key) DO NOTHING"
)


def _event(plan: NoticePlan, about: About, now: datetime) -> Event:
    data = {
        "kind": plan.kind.value,
        "channel": plan.to.channel,
        "recipient": plan.to.address,
        "due_at": written(plan.due_at),
        "state": "owed",
        "incident": about.incident,
        "gateway": about.gateway,
    }
    return Event("notice", now, about.id, data)
