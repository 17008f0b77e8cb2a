"""What accounts that fall together share: tables, and what always holds."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcheckd.domain.blast import Group, Judgement, Level, Part, Reason, is_over, judge, strays
from healthcheckd.domain.policy import BlastPolicy

POLICY = BlastPolicy()


def fleet(*rows: tuple[str, int, int, str, str]) -> list[Part]:
    """Gateway, connected before, fallen, engine, labels with commas between them."""
    return [
        Part(name, before, fallen, engine, tuple(filter(None, labels.split(","))))
        for name, before, fallen, engine, labels in rows
    ]


def subjects(parts: Sequence[Part]) -> list[str]:
    return [group.subject for group in judge(parts, POLICY).blasts]


QUIET = ("far", 5_000, 0, "evolution 2.3.6", "region=us")

TABLE = {
    "all of one gateway": (
        [("eu", 1000, 1000, "waha 2025.9", "region=eu"), QUIET],
        ["gateway:eu"],
    ),
    "a third of one gateway": (
        [("eu", 1000, 310, "waha 2025.9", ""), QUIET],
        ["gateway:eu"],
    ),
    "less than a third of one gateway": (
        [("eu", 1000, 290, "waha 2025.9", ""), QUIET],
        [],
    ),
    "too few to speak of": (
        [("eu", 4, 4, "waha 2025.9", ""), QUIET],
        [],
    ),
    "one gateway, and strays elsewhere": (
        [("eu", 1000, 1000, "waha 2025.9", ""), ("far", 5000, 40, "evolution 2.3.6", "")],
        ["gateway:eu"],
    ),
    "two gateways of one version, and not the others": (
        [("a", 100, 90, "waha 2025.9", ""), ("b", 50, 50, "waha 2025.9", ""), ("c", 80, 0, "waha 2025.8", "")],
        ["engine:waha 2025.9"],
    ),
    "a version that several have, of which one gateway falls": (
        [("a", 100, 90, "waha 2025.9", ""), ("b", 50, 0, "waha 2025.9", ""), ("c", 80, 0, "waha 2025.8", "")],
        ["gateway:a"],
    ),
    "a proxy": (
        [("a", 100, 90, "w 1", "proxy=br-2,region=br"), ("b", 50, 50, "e 2", "proxy=br-2"), ("c", 900, 1, "w 1", "")],
        ["label:proxy=br-2"],
    ),
    "a label narrower than the version": (
        [("a", 90, 90, "w 1", "rack=7"), ("b", 50, 50, "w 1", "rack=7"), ("c", 60, 0, "w 1", ""), QUIET],
        ["label:rack=7"],
    ),
    "a version and a label of one size: the version": (
        [("a", 90, 90, "w 1", "rack=7"), ("b", 50, 50, "w 1", "rack=7"), QUIET],
        ["engine:w 1"],
    ),
    "a third of all that has one label": (
        [("a", 100, 50, "w 1", "region=eu"), ("b", 100, 40, "w 1", "region=eu"), ("c", 50, 0, "w 1", ""), QUIET],
        ["label:region=eu"],
    ),
    "everything": (
        [("a", 100, 100, "w 1", ""), ("b", 100, 100, "e 2", "")],
        ["network"],
    ),
    "everything of one version is everything": (
        [("a", 100, 100, "w 1", "region=eu"), ("b", 100, 100, "w 1", "region=eu")],
        ["network"],
    ),
    "most of everything": (
        [("a", 100, 90, "w 1", ""), ("b", 100, 50, "e 2", "")],
        ["network"],
    ),
    "half of everything is not most of it": (
        [("a", 100, 50, "w 1", ""), ("b", 100, 50, "e 2", "")],
        ["gateway:a", "gateway:b"],
    ),
    "two that share nothing, of many": (
        [("a", 100, 100, "w 1", ""), ("b", 100, 100, "e 2", ""), QUIET],
        ["gateway:a", "gateway:b"],
    ),
    "here and there": (
        [(f"g{number}", 100, 2, "w 1", "region=eu") for number in range(20)],
        [],
    ),
    "one gateway is all there is": (
        [("main", 40, 40, "w 1", "")],
        ["gateway:main"],
    ),
    "many small gateways of one region": (
        [(f"g{number}", 1, 1, "w 1", "region=eu") for number in range(9)] + [QUIET],
        ["engine:w 1"],
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_narrowest_that_explains_it(name: str) -> None:
    rows, expected = TABLE[name]
    assert subjects(fleet(*rows)) == expected


def test_a_silent_gateway_is_told_of_as_such() -> None:
    parts = [Part("eu", 100, 100, silent=True), Part("us", 100, 0)]
    assert judge(parts, POLICY) == Judgement(Reason.SILENT)


def test_gateways_that_fall_silent_together_are_one_outage() -> None:
    parts = [
        Part("a", 100, 100, labels=("proxy=x",), silent=True),
        Part("b", 100, 100, labels=("proxy=x",), silent=True),
        Part("c", 500, 0),
    ]
    assert subjects(parts) == ["label:proxy=x"]


def test_a_silent_gateway_beside_one_whose_sessions_fall_and_nothing_shared() -> None:
    parts = [Part("a", 100, 100, silent=True), Part("b", 100, 100), Part("c", 500, 0)]
    assert judge(parts, POLICY) == Judgement(Reason.APART, (Group(Level.GATEWAY, "b", (parts[1],)),))


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([("eu", 4, 4, "", "")], Reason.TOO_FEW),
        ([("eu", 9, 9, "", "")], Reason.SHARED),
        ([("a", 100, 9, "", ""), ("b", 100, 9, "", "")], Reason.SCATTERED),
    ],
)
def test_the_reason_is_named(rows: list[tuple[str, int, int, str, str]], reason: Reason) -> None:
    assert judge(fleet(*rows), POLICY).reason is reason


@pytest.mark.parametrize(("members", "down", "over"), [(5, 1, True), (5, 2, False), (1, 1, False), (1, 0, True)])
def test_it_is_over_when_all_but_one_are_back_or_a_tenth(members: int, down: int, over: bool) -> None:
    assert is_over(members, down) is over


def test_of_a_thousand_a_hundred_may_be_missing() -> None:
    assert (is_over(1000, 100), is_over(1000, 101)) == (True, False)


@st.composite
def parts(draw: st.DrawFn) -> list[Part]:
    number = draw(st.integers(1, 8))
    found = []
    for place in range(number):
        before = draw(st.integers(1, 60))
        fallen = draw(st.one_of(st.just(0), st.just(before), st.integers(0, before)))
        labels = tuple(draw(st.sets(st.sampled_from(["region=eu", "region=us", "proxy=x"]), max_size=2)))
        found.append(Part(f"g{place}", before, fallen, draw(st.sampled_from(["", "w 1", "w 2", "e 1"])), labels))
    return found


@given(parts())
def test_every_blast_is_hit_hard_enough(fallen: list[Part]) -> None:
    for group in judge(fallen, POLICY).blasts:
        assert group.fallen >= POLICY.least
        assert group.fallen >= POLICY.share * group.before


@given(parts())
def test_a_shared_cause_explains_all_but_strays(fallen: list[Part]) -> None:
    judgement = judge(fallen, POLICY)
    total = sum(part.fallen for part in fallen)
    if judgement.reason is Reason.SHARED:
        [group] = judgement.blasts
        assert total - group.fallen <= strays(total)


@given(parts())
def test_no_gateway_belongs_to_two_blasts(fallen: list[Part]) -> None:
    gateways = [gateway for group in judge(fallen, POLICY).blasts for gateway in group.gateways]
    assert len(gateways) == len(set(gateways))


@given(parts())
def test_the_order_of_gateways_does_not_matter(fallen: list[Part]) -> None:
    turned = list(reversed(fallen))
    assert set(subjects(turned)) == set(subjects(fallen))


@given(parts())
def test_what_is_narrower_than_everything_leaves_somebody_out(fallen: list[Part]) -> None:
    for group in judge(fallen, POLICY).blasts:
        if group.level in {Level.ENGINE, Level.LABEL}:
            assert 1 < len(group.parts) < len(fallen)


@given(parts())
def test_nobody_falls_nothing_is_said(fallen: list[Part]) -> None:
    assert judge([replace(part, fallen=0) for part in fallen], POLICY) == Judgement(Reason.TOO_FEW)
