"""Letters to the operator about many accounts at once: down at the first look, fallen together, back again."""

from dataclasses import replace
from datetime import timedelta

from healthcheckd.notify.letter import Fact, Layout, Letter, Section, Tone
from healthcheckd.notify.machinery_letters import acknowledging, command
from healthcheckd.notify.occasion import Occasion, facts_only

_NAMED = frozenset({"gateway", "engine", "label"})
_EVERYWHERE = {"fails": "network", "works": "outside"}
"""By what the probes of our own network say."""


def mass(occasion: Occasion) -> Letter:
    """The first look found too many down: the list of those held back."""
    words, gateway = occasion.words, occasion.text("gateway")
    down, total = occasion.number("down") or len(occasion.cases), occasion.number("total")
    phrase = "mass_uncounted" if total is None else "mass"
    return occasion.letter(
        Layout.OPERATOR,
        Tone.WARNING,
        words.say("badge_mass"),
        words.say(phrase, gateway=gateway, down=words.number(down), total=words.number(total or 0)),
        intro=(words.say("intro_mass"),),
        sections=(
            _accounts(occasion, down),
            command("accounts", "adopt", "--gateway", gateway),
        ),
    )


def mass_fall(occasion: Occasion) -> Letter:
    """One message for all that fell together: what they share, what is being done, and what to check."""
    say, level, shared = occasion.words.say, _level(occasion), occasion.text("subject")
    return occasion.letter(
        Layout.OPERATOR,
        Tone.CRITICAL,
        say("badge_mass_fall"),
        say(f"mass_fall_{level}", share=_share(occasion), subject=shared),
        intro=(say(f"mass_shared_{level}", subject=shared), say("intro_mass_fall")),
        sections=(_to_check(occasion, level), _accounts(occasion, _count(occasion)), *acknowledging(occasion)),
    )


def mass_over(occasion: Occasion) -> Letter:
    words, level, still = occasion.words, _level(occasion), len(occasion.texts("still"))
    duration = words.duration(_lasted(occasion))
    ended = occasion.first.ended_at or occasion.now
    facts = (
        occasion.fact("label_duration", duration, strong=True),
        occasion.fact("label_back_since", words.moment(ended)),
    )
    return occasion.letter(
        Layout.OPERATOR,
        Tone.GOOD,
        words.say("badge_mass_over"),
        words.count(
            f"mass_over_{level if level in _NAMED else 'network'}",
            _count(occasion),
            subject=occasion.text("subject"),
            duration=duration,
        ),
        intro=(words.count("mass_still_down", still) if still else words.say("intro_mass_over"),),
        sections=(facts_only(*facts), occasion.listing(occasion.cases, total=_count(occasion))),
    )


def _level(occasion: Occasion) -> str:
    """What they share, as the texts name it."""
    level, name = occasion.text("level"), occasion.text("subject")
    if level in _NAMED and name:
        return level
    return _EVERYWHERE.get(occasion.text("network"), "everything")


def _count(occasion: Occasion) -> int:
    return occasion.number("count") or len(occasion.cases)


def _share(occasion: Occasion) -> str:
    """`12 of 14`, or `12` where nobody counted the others."""
    number, total = occasion.words.number, occasion.number("total")
    count = number(_count(occasion))
    return count if total is None else occasion.words.say("share", count=count, total=number(total))


def _lasted(occasion: Occasion) -> timedelta:
    """As it was counted (`duration`, in seconds), or else as long as the incident."""
    seconds = occasion.number("duration")
    if seconds is not None:
        return timedelta(seconds=seconds)
    return (occasion.first.ended_at or occasion.now) - occasion.since()


def _to_check(occasion: Occasion, level: str) -> Section:
    words = occasion.words
    look = ("gateways", "check", occasion.text("subject")) if level == "gateway" else ("status",)
    return replace(
        command(*look),
        facts=(Fact(words.say("label_since"), words.moment(occasion.since()), strong=True),),
        steps_title=words.say("what_to_do"),
        steps=words.catalogue.checks[level],
    )


def _accounts(occasion: Occasion, count: int) -> Section:
    """`count` of them, of which the notice may name only the first."""
    listing = occasion.listing(occasion.cases, with_cause=True, total=count)
    return replace(listing, title=occasion.words.count("accounts", count))
