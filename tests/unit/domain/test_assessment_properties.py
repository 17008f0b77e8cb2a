"""What holds of every life an account can have, whatever is read of it and whenever."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from healthcheckd.domain.accounts import LedgerKind, StoppedBy, Vitals
from healthcheckd.domain.assessment import Assessment, assess
from healthcheckd.domain.incidents import Ending, Step
from healthcheckd.domain.observations import Cause, Connection, Health, Observation
from healthcheckd.domain.policy import HealthPolicy
from healthcheckd.domain.verdicts import Reason, never_seen_down
from tests.unit.domain.story import (
    CONNECTED,
    CONNECTING,
    DISCONNECTED,
    FAILED,
    FAILED_FOR_GOOD,
    LOGGED_OUT,
    MINUTE,
    NOON,
    OTHER_NUMBER,
    PROVED,
    REFUTED,
    RESTRICTED,
    RETRYING,
    SCAN_QR,
    SECOND,
    STOPPED,
    Reading,
    Story,
    absent,
    assert_gapless,
    connected,
    failed,
    gateway_silent,
    gateway_silent_alone,
    healthy,
    no_answer,
    passed_over,
    unknown_state,
)

POLICY = HealthPolicy()
GOOD = [CONNECTED, PROVED, REFUTED, RESTRICTED, connected(phone=None)]
BAD = [CONNECTING, STOPPED, FAILED, FAILED_FOR_GOOD, DISCONNECTED, RETRYING, SCAN_QR, LOGGED_OUT]
CAUSED = [failed(cause) for cause in (Cause.BANNED, Cause.TEMPORARY_BAN, Cause.REPLACED, Cause.RATE_LIMITED)]
UNSEEN = [no_answer, unknown_state, gateway_silent, gateway_silent_alone, absent]

readings = st.sampled_from([*GOOD, *BAD, *CAUSED, OTHER_NUMBER, *UNSEEN])
spans = st.one_of(
    st.sampled_from([timedelta(seconds=n) for n in (0, 1, 2, 9, 10, 30, 59, 60, 61, 300, 900, 1799, 1800, 1801)]),
    st.timedeltas(timedelta(0), timedelta(hours=12)),
)
lives = st.lists(st.tuples(readings, spans), min_size=1, max_size=40)


class Life(RuleBasedStateMachine):
    """Any readings at any times, some of them late; what the store does meanwhile is done here too."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story()
        self.open = False
        self.reopenable = False

    @rule(seen=readings, after=spans)
    def a_reading(self, seen: Reading, after: timedelta) -> None:
        self.story.now += after
        self.judge(seen(self.story.now))

    @rule(times=st.integers(1, 12), after=spans)
    def down_and_up(self, times: int, after: timedelta) -> None:
        for seen in [DISCONNECTED, CONNECTED] * times:
            self.a_reading(seen, after)

    @rule(seen=readings, late=spans)
    def a_late_reading(self, seen: Reading, late: timedelta) -> None:
        self.judge(seen(self.story.now - late))

    @rule()
    def a_person_stops_it(self) -> None:
        self.story.vitals = replace(self.story.vitals, stopped_by=StoppedBy.OPERATOR)

    @precondition(lambda self: self.story.vitals.cause in {Cause.LOGGED_OUT, Cause.NEEDS_PAIRING})
    @rule()
    def the_cleanup_stops_it(self) -> None:
        self.story.vitals = replace(self.story.vitals, stopped_by=StoppedBy.CLEANUP)

    def judge(self, seen: Observation) -> None:
        before = self.story.vitals
        verdict = self.story.take(seen)
        if verdict.quiet:
            self.nothing_is_hidden(before, seen, verdict)
            return
        self.a_transition_is_a_change(before, verdict)
        self.an_outage_is_cleared_for_a_reason(before, seen, verdict)
        self.silence_is_not_death(seen, verdict)
        self.incidents_take_turns(verdict)
        recheck_at = verdict.vitals.recheck_at
        assert recheck_at is None or recheck_at > seen.at

    def nothing_is_hidden(self, before: Vitals, seen: Observation, verdict: Assessment) -> None:
        assert (verdict.vitals, verdict.marks, verdict.transition, verdict.incident) == (before, (), None, None)
        if verdict.reason is Reason.STEADY:
            in_full = assess(replace(before, recheck_at=seen.at), seen, POLICY)
            assert not in_full.quiet
            assert in_full.vitals == passed_over(before, seen)
            assert (in_full.marks, in_full.transition, in_full.incident) == ((), None, None)

    def a_transition_is_a_change(self, before: Vitals, verdict: Assessment) -> None:
        after = verdict.vitals
        changed = (before.connection, before.health) != (after.connection, after.health)
        assert changed == (verdict.transition is not None)

    def an_outage_is_cleared_for_a_reason(self, before: Vitals, seen: Observation, verdict: Assessment) -> None:
        if before.offline_since is None or verdict.vitals.offline_since is not None:
            return
        if verdict.reason is Reason.NUMBER_CHANGED:
            return
        if verdict.incident is not None and verdict.incident.ending is Ending.WITHDRAWN:
            return
        assert seen.connection is Connection.CONNECTED
        since = verdict.vitals.connected_since
        assert since is not None
        assert never_seen_down(before) or seen.at - since >= POLICY.settle

    def silence_is_not_death(self, seen: Observation, verdict: Assessment) -> None:
        usable = seen.found and not seen.silence and seen.connection is not Connection.UNKNOWN
        if not usable and not seen.elsewhere:
            assert verdict.vitals.ledger is not LedgerKind.DOWN
            assert all(mark.kind is not LedgerKind.DOWN for mark in verdict.marks)

    def incidents_take_turns(self, verdict: Assessment) -> None:
        step = verdict.incident
        if step is None:
            return
        if step.step is Step.OPEN:
            assert not self.open
        elif step.step is Step.REOPEN:
            assert self.open or self.reopenable
        else:
            assert self.open
        self.open = step.step is not Step.END
        self.reopenable = step.ending is Ending.RECOVERED

    @invariant()
    def an_incident_is_open_where_something_is_wrong(self) -> None:
        vitals = self.story.vitals
        assert vitals.in_incident == self.open
        assert not vitals.in_incident or vitals.health in {Health.WARNING, Health.CRITICAL}
        assert vitals.offline_since is None or vitals.in_incident

    @invariant()
    def critical_takes_long(self) -> None:
        vitals = self.story.vitals
        if vitals.health is Health.CRITICAL:
            assert vitals.offline_since is not None
            assert self.story.now - vitals.offline_since >= POLICY.critical_after

    @invariant()
    def healthy_is_up_or_not_known(self) -> None:
        vitals = self.story.vitals
        if vitals.health is Health.HEALTHY:
            assert vitals.offline_since is None
            assert vitals.ledger in {LedgerKind.UP, LedgerKind.UNKNOWN}
        if vitals.ledger is LedgerKind.UNKNOWN:
            assert vitals.stale_since is not None

    @invariant()
    def the_ledger_has_no_holes(self) -> None:
        assert_gapless(self.story.ledger)
        vitals, last = self.story.vitals, self.story.ledger[-1:]
        assert [(one.kind, one.cause) for one in last] == [(vitals.ledger, vitals.ledger_cause)] * len(last)
        assert last or vitals.ledger is LedgerKind.EXCLUDED

    @invariant()
    def what_does_not_count_has_no_grade_and_no_outage(self) -> None:
        vitals = self.story.vitals
        assert (vitals.ledger is LedgerKind.EXCLUDED) == (vitals.health is Health.UNKNOWN)
        if vitals.ledger is LedgerKind.EXCLUDED:
            outage = (vitals.offline_since, vitals.first_good_at, vitals.connected_since, vitals.ledger_cause)
            assert outage == (None, None, None, None)


Life.TestCase.settings = settings(
    max_examples=100, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyLife = Life.TestCase


@given(lives)
@settings(max_examples=150, deadline=None)
def test_what_nobody_saw_is_never_up(life: list[tuple[Reading, timedelta]]) -> None:
    story = Story()
    unseen = []
    for seen, after in life:
        story.later(seen, after + SECOND)
        if seen in UNSEEN:
            unseen.append(story.now)
    for instant in unseen:
        kinds = [one.kind for one in story.ledger if one.from_at <= instant < (one.until_at or instant + SECOND)]
        assert LedgerKind.UP not in kinds


@given(lives)
@settings(max_examples=100, deadline=None)
def test_a_gap_is_known_to_be_unknown(life: list[tuple[Reading, timedelta]]) -> None:
    story = Story()
    for seen, after in life:
        story.later(seen, after)
    story.later(CONNECTED, 2 * MINUTE)
    before = story.now
    story.later(CONNECTED, 2 * POLICY.cadence + SECOND)
    kinds = {one.kind for one in story.ledger if one.from_at < story.now and (one.until_at or story.now) > before}
    assert kinds <= {LedgerKind.UNKNOWN}


@given(
    st.lists(
        st.tuples(
            st.sampled_from([CONNECTING, STOPPED, no_answer]), st.timedeltas(timedelta(0), timedelta(seconds=14))
        ),
        max_size=4,
    ),
    st.integers(1, 5),
)
@settings(max_examples=100, deadline=None)
def test_a_blip_shorter_than_settle_is_not_an_outage(blip: list[tuple[Reading, timedelta]], times: int) -> None:
    story = healthy()
    for _ in range(times):
        story.later(CONNECTED, MINUTE)
        for seen, after in blip:
            story.later(seen, after)
        story.later(CONNECTED, SECOND)
    assert story.steps == []
    assert story.vitals.health is Health.HEALTHY
    assert story.vitals.falls == ()


@given(lives, lives)
@settings(max_examples=50, deadline=None)
def test_readings_that_come_late_change_nothing(
    life: list[tuple[Reading, timedelta]], late: list[tuple[Reading, timedelta]]
) -> None:
    story = Story()
    for seen, after in life:
        story.later(seen, after)
    story.later(CONNECTED, SECOND)
    known, ledger = story.vitals, story.ledger
    for seen, before in late:
        story.take(seen(story.now - before - SECOND))
    assert (story.vitals, story.ledger) == (known, ledger)


@given(st.lists(st.tuples(st.sampled_from([FAILED, CONNECTING]), spans), min_size=1, max_size=60))
@settings(max_examples=50, deadline=None)
def test_failing_and_starting_in_turn_is_at_most_one_incident(life: list[tuple[Reading, timedelta]]) -> None:
    story = healthy()
    for seen, after in life:
        story.later(seen, after)
    assert story.incidents <= 1
    assert story.vitals.cause is not Cause.FLAPPING


def test_the_driver_starts_where_nothing_is_known() -> None:
    assert Story().vitals == Vitals()
    assert Story().now == NOON
