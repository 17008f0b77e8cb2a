"""The trail of one outage: what belongs to it, in order of time."""

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.reports.incidents import IncidentTrail
from healthcheckd.errors import UnknownName
from healthcheckd.ports.control import IncidentFilter, Span
from healthcheckd.store.rows import instant, mapped
from healthcheckd.store.views.incidents import incidents, trail
from healthcheckd.store.views.viewpoint import Viewpoint
from tests.contract.database.conftest import Book, ago

_CHANGE = {"connection_from": "Connected", "connection_to": "Failed", "health_from": "Healthy", "health_to": "Warning"}


def told(found: IncidentTrail) -> list[tuple[str, str]]:
    return [(step.kind, step.at.strftime("%H:%M")) for step in found.steps]


def changed(book: Book, key: int, at: str, reason: str = "fell") -> None:
    book.put("transitions", account=key, at=at, reason=reason, **_CHANGE)


def test_an_outage_from_drop_to_recovery(book: Book, view: Viewpoint) -> None:
    key = book.down("eu/a", "Warning", "network", ago(hours=5))
    incident = book.incident_of(key)
    book.connection.execute(
        "UPDATE incidents SET ended_at = ?, how = 'recovered', acknowledged_by = 'ana', acknowledged_at = ?,"
        " acknowledgement = 'I know'",
        (ago(hours=2), ago(hours=4)),
    )
    changed(book, key, ago(hours=9))
    changed(book, key, ago(hours=5))
    changed(book, key, ago(hours=1, minutes=59), "recovered")
    changed(book, key, ago(hours=1))
    tried = {"account": key, "incident": incident, "due_at": ago(hours=5), "why": "due"}
    book.put("attempts", slot="a", started_at=ago(minutes=290), ended_at=ago(minutes=288), result="still_down", **tried)
    book.notice(key, "sent", sent_at=ago(hours=3), words="250 OK", held_by="silence 1", held_until=ago(hours=3))
    book.notice(key, "superseded", ended_at=ago(hours=2), last_error="the outage is over", kind="escalation")
    book.put("silences", reach=mapped({"tags": ["vip"]}), by="bob", from_at=ago(hours=5), until_at=ago(hours=1))
    book.put("silences", reach=mapped({"gateways": ["eu"]}), by="ana", from_at=ago(hours=6), until_at=ago(hours=3))
    out = {"account": key, "kind": "excluded", "cause": "maintenance"}
    book.put("ledger", from_at=ago(hours=8), until_at=ago(hours=7), **out)
    book.put("ledger", from_at=ago(minutes=150), until_at=ago(minutes=30), **out)
    found = trail(book.connection, incident, view)
    assert told(found) == [
        ("silence", "06:00"),
        ("reading", "07:00"),
        ("attempt", "07:10"),
        ("acknowledged", "08:00"),
        ("notice", "09:00"),
        ("maintenance", "09:30"),
        ("notice", "10:00"),
        ("reading", "10:01"),
    ]
    assert (found.incident.acknowledgement, found.behind_total) == ("I know", 0)
    sent = next(step.notice for step in found.steps if step.notice)
    assert (sent.words, sent.held_by, sent.held_until) == ("250 OK", "silence 1", instant(ago(hours=3)))


def test_what_programs_were_told_of_it_belongs_to_it(book: Book, view: Viewpoint) -> None:
    key = book.down("eu/a", "Warning", "network", ago(hours=5))
    incident = book.incident_of(key)
    sent = {"webhook": "crm", "account": key, "event": "whatsapp.health.warning", "created_at": ago(hours=5)}
    sent |= {"owed_at": ago(hours=5), "state": "sent", "tries": 2, "words": "204", "ended_at": ago(hours=4)}
    book.put("deliveries", key="a", payload=mapped({"incident": incident}), **sent)
    book.put("deliveries", key="b", payload=mapped({"incident": incident + 1}), **sent)
    [step] = [step for step in trail(book.connection, incident, view).steps if step.delivery]
    assert (step.kind, step.at) == ("webhook", instant(ago(hours=4)))
    assert (step.delivery.webhook, step.delivery.tries, step.delivery.words) == ("crm", 2, "204")


def test_what_lies_ahead_comes_last(book: Book, view: Viewpoint) -> None:
    key = book.down("eu/a", "Warning", "network", ago(hours=1))
    book.notice(key, "owed", due_at=ago(hours=-5), not_before=ago(hours=-6))
    book.put("attempts", slot="a", account=key, incident=book.incident_of(key), due_at=ago(hours=-1), why="waiting")
    found = trail(book.connection, book.incident_of(key), view)
    assert told(found) == [("attempt", "13:00"), ("notice", "18:00")]


def test_behind_a_gateway_stand_the_accounts_it_hid(book: Book, view: Viewpoint) -> None:
    for name, kind, cause in (("eu/a", "unknown", None), ("eu/b", "down", "gateway_down"), ("eu/c", "down", "banned")):
        key = book.healthy(name)
        book.put("ledger", account=key, kind=kind, cause=cause, from_at=ago(hours=2), until_at=ago(hours=1))
    incident = book.put("incidents", scope="gateway", subject="eu", started_at=ago(hours=2), ended_at=ago(hours=1))
    found = trail(book.connection, incident, view)
    assert (found.behind, found.behind_total) == (("eu/a", "eu/b"), 2)


def test_behind_a_channel_those_whose_messages_waited_for_it(book: Book, view: Viewpoint) -> None:
    key = book.down("eu/a", "Critical", "network", ago(hours=9))
    book.notice(key, "owed", tries=3, due_at=ago(hours=1))
    other = book.down("eu/b", "Critical", "network", ago(hours=9))
    book.notice(other, "sent", tries=1, due_at=ago(hours=8), sent_at=ago(hours=8))
    incident = book.put("incidents", scope="channel", subject="email", started_at=ago(hours=2))
    assert trail(book.connection, incident, view).behind == ("eu/a",)


def fallen_together(book: Book) -> int:
    """Two of `eu`: one fell first, the other a while later and is back."""
    blast = book.put("incidents", scope="blast", subject="gateway:eu", started_at=ago(minutes=9))
    times = {"opened_at": ago(minutes=9), "stage_since": ago(minutes=9)}
    book.put("blasts", incident=blast, level="gateway", name="eu", total=9, stage="paused", **times)
    for name, minutes in (("eu/a", 9), ("eu/b", 6)):
        key = book.down(name, "Warning", "network", ago(minutes=minutes))
        book.put("blast_members", blast=blast, account=key, incident=book.incident_of(key), joined_at=ago(minutes=6))
    book.connection.execute("UPDATE accounts SET incident_ended_at = ? WHERE session = 'b'", (ago(minutes=1),))
    return blast


def test_of_many_that_fell_together_it_tells_how_many_are_down_and_what_is_done(book: Book, view: Viewpoint) -> None:
    found = trail(book.connection, fallen_together(book), view)
    assert found.together is not None
    assert (found.together.down, found.together.accounts, found.together.stage) == (1, 2, "paused")
    assert trail(book.connection, book.incident_of(1), view).together is None


def test_many_that_fell_together_are_listed_before_each_of_them(book: Book, view: Viewpoint) -> None:
    book.down("us/later", "Warning", "network", ago(minutes=2))
    book.down("us/before", "Warning", "network", ago(minutes=30))
    fallen_together(book)
    listed = [row.subject for row in incidents(book.connection, IncidentFilter(), Span(), view)]
    assert listed == ["us/later", "gateway:eu", "eu/b", "eu/a", "us/before"]


def test_of_a_job_its_runs_are_told(book: Book, view: Viewpoint) -> None:
    incident = book.put("incidents", scope="job", subject="cleanup", started_at=ago(hours=2), ended_at=ago(hours=1))
    for hours, error in ((3, "before"), (2, "no such host"), (1, "")):
        book.put("job_runs", job="cleanup", started_by="timetable", started_at=ago(hours=hours), error=error)
    steps = trail(book.connection, incident, view).steps
    assert [(step.kind, step.error) for step in steps] == [("run", "no such host"), ("run", "")]


def test_one_that_never_was_is_not_found(book: Book, view: Viewpoint) -> None:
    with pytest.raises(UnknownName, match="no incident 7"):
        trail(book.connection, 7, view)


@pytest.mark.parametrize(
    ("wanted", "subjects"),
    [
        (IncidentFilter(), ["eu/a", "eu", "us/b"]),
        (IncidentFilter(only_open=True), ["eu/a", "us/b"]),
        (IncidentFilter(gateway="eu"), ["eu/a", "eu"]),
        (IncidentFilter(scope="gateway"), ["eu"]),
        (IncidentFilter(account=AccountId("us", "b")), ["us/b"]),
    ],
    ids=str,
)
def test_outages_are_chosen(book: Book, view: Viewpoint, wanted: IncidentFilter, subjects: list[str]) -> None:
    book.down("eu/a", "Warning", "network", ago(hours=1))
    book.put("incidents", scope="gateway", subject="eu", started_at=ago(hours=2), ended_at=ago(hours=1))
    book.down("us/b", "Warning", "network", ago(hours=3))
    assert [row.subject for row in incidents(book.connection, wanted, Span(), view)] == subjects


@pytest.mark.parametrize("wanted", [IncidentFilter(scope="acount"), IncidentFilter(gateway="ue")], ids=str)
def test_a_misspelt_word_is_named(book: Book, view: Viewpoint, wanted: IncidentFilter) -> None:
    with pytest.raises(UnknownName):
        incidents(book.connection, wanted, Span(), view)
