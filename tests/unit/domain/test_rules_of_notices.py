"""Who is told what of an account's outage, when, and whether it is still true when it is about to go."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from healthcheckd.domain.accounts import Account, AccountId, Vitals
from healthcheckd.domain.contacts import Audience, Contact
from healthcheckd.domain.incidents import Ending, IncidentStep, Step
from healthcheckd.domain.notices import (
    ABOUT_AN_OUTAGE,
    MENDED_BY_OWNER,
    TOLD_AT_ONCE,
    NoticeKind,
    NoticePlan,
    Verdict,
    plan_for,
    plan_notices,
    rule,
)
from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.policy import NoticePolicy
from tests.unit.domain.story import CONNECTED, DAY, HOUR, MINUTE, NOON, down_for, no_answer

POLICY = NoticePolicy()
OPS = Contact("ops@example.org")
OWNER = Contact("ana@example.org", "Ana", language="pt")
SHOP = Account(1, AccountId("eu", "shop"))
DOWN = Vitals(
    connection=Connection.DISCONNECTED, health=Health.WARNING, cause=Cause.NETWORK, offline_since=NOON, incident=1
)


def planned(
    vitals: Vitals = DOWN,
    owners: tuple[Contact, ...] = (OWNER,),
    operators: tuple[Contact, ...] = (OPS,),
    step: Step = Step.OPEN,
    now: datetime = NOON,
) -> list[NoticePlan]:
    ending = Ending.RECOVERED if step is Step.END else None
    audience = Audience(owners, operators)
    return list(plan_notices(IncidentStep(step, NOON, vitals.cause, ending), vitals, audience, POLICY, now))


def dues(plans: list[NoticePlan], kind: NoticeKind) -> list[tuple[str, timedelta, int]]:
    """To whom, how long after noon, and the number of the reminder."""
    return [(plan.to.address, plan.due_at - NOON, plan.reminder) for plan in plans if plan.kind is kind]


# What an outage makes owed.


def test_the_owner_hears_at_six_hours_and_is_reminded_a_day_and_three_days_later() -> None:
    assert dues(planned(), NoticeKind.OFFLINE) == [
        ("ana@example.org", 6 * HOUR, 0),
        ("ana@example.org", 6 * HOUR + DAY, 1),
        ("ana@example.org", 6 * HOUR + 3 * DAY, 2),
    ]


def test_a_contact_may_ask_for_another_patience() -> None:
    plans = planned(owners=(replace(OWNER, after=HOUR), OWNER))
    assert [due for _, due, number in dues(plans, NoticeKind.OFFLINE) if number == 0] == [HOUR, 6 * HOUR]


def test_an_account_without_an_owner_is_told_to_the_operator_who_is_told_so() -> None:
    plans = [plan for plan in planned(owners=()) if plan.kind is NoticeKind.OFFLINE]
    assert {(plan.to.address, plan.variant) for plan in plans} == {("ops@example.org", "no_owner")}


@pytest.mark.parametrize("cause", sorted(MENDED_BY_OWNER))
def test_what_only_a_person_mends_is_asked_of_the_owner_after_ten_minutes(cause: Cause) -> None:
    plans = planned(replace(DOWN, cause=cause))
    assert dues(plans, NoticeKind.ACTION_REQUIRED) == [("ana@example.org", 10 * MINUTE, 0)]


@pytest.mark.parametrize("cause", sorted(set(Cause) - MENDED_BY_OWNER))
def test_what_the_owner_cannot_mend_is_not_asked_of_them(cause: Cause) -> None:
    assert dues(planned(replace(DOWN, cause=cause)), NoticeKind.ACTION_REQUIRED) == []


def test_the_ten_minutes_run_from_the_cause_not_from_the_outage() -> None:
    plans = planned(replace(DOWN, cause=Cause.LOGGED_OUT), step=Step.RECAUSE, now=NOON + 2 * HOUR)
    assert dues(plans, NoticeKind.ACTION_REQUIRED) == [("ana@example.org", 2 * HOUR + 10 * MINUTE, 0)]


def test_the_operator_hears_a_quarter_of_an_hour_into_an_outage() -> None:
    assert dues(planned(), NoticeKind.ESCALATION) == [("ops@example.org", 15 * MINUTE, 0)]


@pytest.mark.parametrize("cause", sorted(TOLD_AT_ONCE))
def test_the_operator_hears_of_these_causes_at_once(cause: Cause) -> None:
    plans = planned(replace(DOWN, cause=cause), now=NOON + MINUTE)
    assert dues(plans, NoticeKind.ESCALATION) == [("ops@example.org", MINUTE, 0)]


def test_the_causes_told_at_once_are_named() -> None:
    assert {cause.value for cause in TOLD_AT_ONCE} == set(
        ["banned", "replaced", "outdated_client", "flapping", "number_changed"]
    )


def test_an_operator_may_have_another_patience() -> None:
    plans = planned(operators=(replace(OPS, after=HOUR),))
    assert dues(plans, NoticeKind.ESCALATION) == [("ops@example.org", HOUR, 0)]


def test_of_an_account_without_an_owner_the_operator_hears_once_and_is_reminded() -> None:
    plans = planned(owners=())
    assert dues(plans, NoticeKind.ESCALATION) == [("ops@example.org", 15 * MINUTE, 0)]
    assert dues(plans, NoticeKind.OFFLINE) == [
        ("ops@example.org", 6 * HOUR + DAY, 1),
        ("ops@example.org", 6 * HOUR + 3 * DAY, 2),
    ]


def test_found_late_an_outage_without_an_owner_is_still_told_once() -> None:
    plans = planned(owners=(), now=NOON + 10 * HOUR)
    first = [(plan.kind, plan.due_at) for plan in plans if not plan.reminder]
    assert first == [(NoticeKind.ESCALATION, NOON + 10 * HOUR)]


def test_a_patient_operator_hears_in_an_owners_stead_and_not_again_later() -> None:
    plans = planned(owners=(), operators=(replace(OPS, after=12 * HOUR),))
    assert dues(plans, NoticeKind.ESCALATION) == []
    assert dues(plans, NoticeKind.OFFLINE)[0] == ("ops@example.org", 6 * HOUR, 0)


def test_an_operator_who_wants_no_escalations_hears_in_an_owners_stead() -> None:
    plans = planned(owners=(), operators=(replace(OPS, kinds=frozenset({"offline"})),))
    assert [(plan.kind, plan.due_at - NOON) for plan in plans if not plan.reminder] == [(NoticeKind.OFFLINE, 6 * HOUR)]


def test_behind_a_silent_gateway_the_operator_hears_in_an_owners_stead() -> None:
    plans = planned(replace(DOWN, cause=Cause.GATEWAY_DOWN), owners=())
    assert dues(plans, NoticeKind.OFFLINE)[0] == ("ops@example.org", 6 * HOUR, 0)


def test_what_is_told_at_once_is_told_at_once_to_the_patient_too() -> None:
    plans = planned(replace(DOWN, cause=Cause.BANNED), operators=(replace(OPS, after=HOUR),))
    assert dues(plans, NoticeKind.ESCALATION) == [("ops@example.org", timedelta(0), 0)]


def test_nobody_is_told_what_they_do_not_want_to_hear() -> None:
    plans = planned(
        replace(DOWN, cause=Cause.LOGGED_OUT),
        owners=(replace(OWNER, kinds=frozenset({"action_required"})),),
        operators=(replace(OPS, kinds=frozenset({"gateway_down"})),),
    )
    assert [(plan.to.address, plan.kind) for plan in plans] == [("ana@example.org", NoticeKind.ACTION_REQUIRED)]


def test_the_same_is_planned_for_each_who_wants_it() -> None:
    deaf = replace(OPS, address="deaf@example.org", kinds=frozenset({"digest"}))
    plans = plan_for((OPS, deaf), NoticeKind.ESCALATION, NOON, "exhausted")
    assert [(plan.to, plan.kind, plan.due_at, plan.variant) for plan in plans] == [
        (OPS, NoticeKind.ESCALATION, NOON, "exhausted")
    ]


def test_behind_a_silent_gateway_the_operator_hears_of_the_gateway_and_owners_at_six_hours() -> None:
    plans = planned(replace(DOWN, connection=Connection.UNREACHABLE, cause=Cause.GATEWAY_DOWN))
    assert dues(plans, NoticeKind.ESCALATION) == []
    assert dues(plans, NoticeKind.OFFLINE)[0] == ("ana@example.org", 6 * HOUR, 0)


def test_of_another_number_the_operator_hears_and_never_the_old_owner() -> None:
    changed = replace(DOWN, connection=Connection.CONNECTED, cause=Cause.NUMBER_CHANGED, offline_since=None)
    assert [(plan.kind, plan.to.address) for plan in planned(changed)] == [(NoticeKind.ESCALATION, "ops@example.org")]


def test_found_down_at_the_first_look_nobody_is_told() -> None:
    assert planned(replace(DOWN, adopted=False)) == []


def test_the_end_of_an_outage_plans_nothing_of_it() -> None:
    assert planned(step=Step.END) == []


def test_adopted_long_after_it_fell_it_is_told_from_now_on() -> None:
    plans = planned(now=NOON + 30 * HOUR)
    assert [due for _, due, _ in dues(plans, NoticeKind.OFFLINE)] == [30 * HOUR, 54 * HOUR, 102 * HOUR]
    assert dues(plans, NoticeKind.ESCALATION) == [("ops@example.org", 30 * HOUR, 0)]


def test_a_notice_is_owed_once_for_an_incident_kind_recipient_channel_and_reminder() -> None:
    keys = {plan.key(1, 0) for plan in planned(owners=(OWNER, replace(OWNER, channel="sms")))}
    again = {plan.key(1, 0) for plan in planned(owners=(OWNER, replace(OWNER, channel="sms")), now=NOON + HOUR)}
    assert len(keys) == 7
    assert keys == again
    assert keys.isdisjoint(plan.key(2, 0) for plan in planned())
    assert keys.isdisjoint(plan.key(1, 1) for plan in planned())


# Whether it is still true.


def ruled(kind: NoticeKind, vitals: Vitals = DOWN, account: Account = SHOP, after: timedelta = MINUTE) -> Verdict:
    return rule(kind, NOON, account, vitals, POLICY, NOON + after).verdict


@pytest.mark.parametrize("kind", sorted(ABOUT_AN_OUTAGE - {NoticeKind.ACTION_REQUIRED}))
def test_a_notice_that_is_still_true_goes(kind: NoticeKind) -> None:
    assert ruled(kind) is Verdict.SEND


@pytest.mark.parametrize("kind", sorted(ABOUT_AN_OUTAGE))
def test_a_notice_of_an_outage_that_is_over_is_superseded(kind: NoticeKind) -> None:
    assert ruled(kind, replace(DOWN, incident_ended_at=NOON)) is Verdict.SUPERSEDED


@pytest.mark.parametrize("kind", sorted(ABOUT_AN_OUTAGE))
def test_one_found_down_at_the_first_look_is_superseded(kind: NoticeKind) -> None:
    assert ruled(kind, replace(DOWN, adopted=False)) is Verdict.SUPERSEDED


@pytest.mark.parametrize("kind", sorted(NoticeKind))
def test_one_older_than_a_day_is_superseded(kind: NoticeKind) -> None:
    vitals = replace(DOWN, cause=Cause.LOGGED_OUT) if kind in ABOUT_AN_OUTAGE else Vitals()
    assert ruled(kind, vitals, after=DAY) is Verdict.SEND
    assert ruled(kind, vitals, after=DAY + MINUTE) is Verdict.SUPERSEDED


@pytest.mark.parametrize("kind", sorted(NoticeKind))
def test_one_of_an_account_no_longer_watched_is_superseded(kind: NoticeKind) -> None:
    assert ruled(kind, account=replace(SHOP, active=False)) is Verdict.SUPERSEDED


def test_while_muted_a_notice_waits() -> None:
    muted = replace(SHOP, muted_until=NOON + HOUR)
    waiting = rule(NoticeKind.OFFLINE, NOON, muted, DOWN, POLICY, NOON + MINUTE)
    assert (waiting.verdict, waiting.until) == (Verdict.WAIT, NOON + HOUR)
    assert rule(NoticeKind.OFFLINE, NOON, muted, DOWN, POLICY, NOON + HOUR).verdict is Verdict.SEND


def test_a_person_is_asked_only_while_one_is_needed() -> None:
    assert ruled(NoticeKind.ACTION_REQUIRED, replace(DOWN, cause=Cause.LOGGED_OUT)) is Verdict.SEND
    assert ruled(NoticeKind.ACTION_REQUIRED, replace(DOWN, cause=Cause.NETWORK)) is Verdict.SUPERSEDED


def test_an_owner_is_not_told_of_another_number_even_when_it_is_out_of_sight() -> None:
    hidden = replace(DOWN, connection=Connection.UNREACHABLE, cause=Cause.NUMBER_CHANGED)
    assert ruled(NoticeKind.OFFLINE, hidden) is Verdict.SUPERSEDED
    assert ruled(NoticeKind.ESCALATION, hidden) is Verdict.SEND


def test_nobody_is_told_that_a_connected_account_is_offline() -> None:
    flapping = replace(DOWN, connection=Connection.CONNECTED, cause=Cause.FLAPPING, offline_since=None)
    assert ruled(NoticeKind.OFFLINE, flapping) is Verdict.SUPERSEDED
    assert ruled(NoticeKind.ESCALATION, flapping) is Verdict.SEND


def test_while_it_may_be_recovering_a_notice_waits_for_the_second_reading() -> None:
    story = down_for(6 * HOUR)
    story.later(CONNECTED, MINUTE)
    waiting = rule(NoticeKind.OFFLINE, NOON + 6 * HOUR, SHOP, story.vitals, POLICY, story.now)
    assert (waiting.verdict, waiting.until) == (Verdict.WAIT, story.now + MINUTE)
    story.later(no_answer, MINUTE)
    assert rule(NoticeKind.OFFLINE, NOON + 6 * HOUR, SHOP, story.vitals, POLICY, story.now).verdict is Verdict.WAIT


def test_it_waits_at_least_a_minute_though_the_second_reading_is_overdue() -> None:
    recovering = replace(DOWN, connection=Connection.CONNECTED, first_good_at=NOON, recheck_at=NOON + MINUTE)
    now = NOON + HOUR
    assert rule(NoticeKind.OFFLINE, NOON, SHOP, recovering, POLICY, now).until == now + MINUTE


def test_news_of_a_recovery_does_not_go_once_it_fell_again() -> None:
    assert ruled(NoticeKind.RECOVERED, DOWN) is Verdict.SUPERSEDED
    assert ruled(NoticeKind.RECOVERED, replace(DOWN, incident_ended_at=NOON)) is Verdict.SEND
