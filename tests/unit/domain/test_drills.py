"""What the rules make of an outage that never was."""

from datetime import timedelta

import pytest

from healthcheckd.domain.contacts import Audience, Contact
from healthcheckd.domain.drills import KINDS, Rehearsal, rehearse
from healthcheckd.domain.observations import Connection, Health
from healthcheckd.domain.policy import HealthPolicy, NoticePolicy, Policy
from tests.fakes.clock import NOON

OPS, OWNER = Contact("ops@example.com"), Contact("owner@example.com")
BOTH = Audience((OWNER,), (OPS,))


def drill(kind: str = "offline", audience: Audience = BOTH, policy: Policy | None = None) -> Rehearsal:
    return rehearse("shop", audience, policy or Policy(), kind, NOON)


def told(rehearsal: Rehearsal) -> list[tuple[str, str, str]]:
    return [(plan.kind, plan.to.address, plan.role) for plan in rehearsal.plans]


def graded(rehearsal: Rehearsal) -> list[tuple[Connection, Health]]:
    return [(each.connection_to, each.health_to) for each in rehearsal.transitions]


def test_an_outage_is_graded_as_a_real_one_would_be() -> None:
    fallen = drill()
    assert graded(fallen) == [
        (Connection.DISCONNECTED, Health.WARNING),
        (Connection.DISCONNECTED, Health.CRITICAL),
    ]
    assert fallen.vitals.health is Health.CRITICAL
    assert NOON - fallen.fallen_at == HealthPolicy().critical_after


def test_the_operator_hears_first_and_the_owner_when_it_is_critical_each_once() -> None:
    fallen = drill()
    assert told(fallen) == [
        ("escalation", "ops@example.com", "operator"),
        ("offline", "owner@example.com", "owner"),
    ]
    after = [plan.due_at - fallen.fallen_at for plan in fallen.plans]
    assert after == [NoticePolicy().operator_after, NoticePolicy().critical_after]


def test_what_only_a_person_mends_asks_its_owner() -> None:
    fallen = drill("action_required")
    assert fallen.vitals.connection is Connection.LOGGED_OUT
    assert ("action_required", "owner@example.com", "owner") in told(fallen)
    assert all(kind != "offline" for kind, _, _ in told(fallen))


def test_a_recovery_goes_to_all_who_would_have_been_told() -> None:
    risen = drill("recovered")
    assert risen.vitals.health is Health.HEALTHY
    assert risen.transitions[-1].connection_to is Connection.CONNECTED
    assert sorted(told(risen)) == [
        ("recovered", "ops@example.com", "operator"),
        ("recovered", "owner@example.com", "owner"),
    ]


def test_where_nobody_owns_it_the_operator_hears_of_it() -> None:
    heard = told(drill(audience=Audience((), (OPS,))))
    assert ("escalation", "ops@example.com", "operator") in heard
    assert {(address, role) for _, address, role in heard} == {("ops@example.com", "operator")}


def test_who_does_not_want_a_kind_is_not_drilled_with_it() -> None:
    picky = Contact("owner@example.com", kinds=frozenset({"recovered"}))
    audience = Audience((picky,), (OPS,))
    assert [address for _, address, _ in told(drill(audience=audience))] == ["ops@example.com"]
    assert len(told(drill("recovered", audience))) == 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("critical", [timedelta(seconds=2), timedelta(minutes=10), timedelta(days=3)])
@pytest.mark.parametrize("cadence", [timedelta(seconds=1), timedelta(hours=1)])
def test_it_is_critical_whatever_the_configuration(kind: str, critical: timedelta, cadence: timedelta) -> None:
    policy = Policy(
        health=HealthPolicy(critical_after=critical, cadence=cadence), notices=NoticePolicy(critical_after=critical)
    )
    rehearsal = drill(kind, policy=policy)
    assert Health.CRITICAL in [each.health_to for each in rehearsal.transitions]
    assert rehearsal.vitals.health is (Health.HEALTHY if kind == "recovered" else Health.CRITICAL)
