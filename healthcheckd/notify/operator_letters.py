"""Letters to whoever runs the gateways about the accounts that need them, and the daily summary."""

from dataclasses import replace

from healthcheckd.notify.accounts import Case
from healthcheckd.notify.foreign import clean, name
from healthcheckd.notify.letter import Layout, Letter, Section, Tone
from healthcheckd.notify.machinery_letters import acknowledging, command
from healthcheckd.notify.occasion import Occasion, known, variant
from healthcheckd.notify.owner_letters import by_cause, outage_headline

EXHAUSTED = "exhausted"
UNDELIVERABLE = "undeliverable"


def escalation(occasion: Occasion) -> Letter:
    """Every account that needs the operator, in one letter."""
    return occasion.letter(
        Layout.OPERATOR,
        Tone.CRITICAL,
        occasion.words.say("badge_escalation"),
        _escalation_headline(occasion),
        intro=_untold(occasion),
        sections=(*_escalated(occasion), *_terminal(occasion)),
    )


def digest(occasion: Occasion) -> Letter:
    """The day in numbers, then who needs a person, then what else is worth a line."""
    words, say = occasion.words, occasion.words.say
    counts = {name: words.number(occasion.number(name) or 0) for name in ("healthy", "warning", "critical")}
    facts = known(occasion.fact(f"label_{name}", occasion.number(name)) for name in _DIGEST)
    sections = [Section(facts=facts)]
    if occasion.cases:
        sections.append(replace(occasion.listing(occasion.cases, with_cause=True), title=say("needs_a_person")))
    return occasion.letter(
        Layout.DIGEST,
        Tone.INFO,
        say("badge_digest"),
        say("digest", **counts),
        sections=tuple(sections),
        tips_title=say("also"),
        tips=(*(say("gone", account=account) for account in occasion.texts("gone")), *occasion.texts("lines")),
    )


_DIGEST = (
    "accounts",
    "healthy",
    "warning",
    "critical",
    "unknown",
    "outages",
    "attempts",
    "reconnected",
    "notified",
)


def plain(occasion: Occasion) -> Letter:
    """A kind that has no letter of its own: what is known is said, and nothing is lost."""
    listing = occasion.listing(occasion.cases, with_cause=True)
    headline = occasion.text("text") or occasion.words.listed([case.title for case in occasion.cases])
    badge = occasion.words.say("badge_notice")
    return occasion.letter(Layout.OPERATOR, Tone.INFO, badge, headline or badge, sections=(listing,))


def _escalation_headline(occasion: Occasion) -> str:
    cases, words = occasion.cases, occasion.words
    if len(cases) != 1:
        return words.count("accounts_need_you", len(cases), names=words.listed([case.name for case in cases]))
    if untold := _untold_to(cases[0]):
        return words.say("undeliverable", account=cases[0].title, recipient=untold)
    if _exhausted(cases[0]):
        return words.say("escalation_exhausted", account=cases[0].title)
    if cases[0].crippled:
        return words.say("escalation_crippled", account=cases[0].title, action=cases[0].action)
    return outage_headline(occasion)


def _escalated(occasion: Occasion) -> tuple[Section, ...]:
    return tuple(_group(occasion, cases) for cases in by_cause(occasion.cases))


def _group(occasion: Occasion, cases: list[Case]) -> Section:
    say, remedy = occasion.words.say, cases[0].remedy
    alone = len(occasion.cases) == 1
    customer = occasion.fact("label_customer", name(cases[0].subject.account.customer))
    tried = any(_exhausted(case) for case in cases)
    return replace(
        Section() if alone else occasion.listing(cases),
        title="" if alone else remedy.label,
        text=say("intro_exhausted") if tried else remedy.happened,
        facts=known((*cases[0].facts(), customer)) if alone else (),
        steps_title=say("what_to_do"),
        steps=() if tried else cases[0].steps(),
        commands=cases[0].commands(),
    )


def _terminal(occasion: Occasion) -> tuple[Section, ...]:
    several = len(occasion.cases) > 1
    return (command("accounts", "list", "--needs-person"),) if several else acknowledging(occasion)


def _exhausted(case: Case) -> bool:
    return variant(case.notice) == EXHAUSTED


def _untold(occasion: Occasion) -> tuple[str, ...]:
    """Owners who should have heard of it, and could not be reached."""
    pairs = ((_untold_to(case), clean(str(case.notice.payload.get("error", "")))) for case in occasion.cases)
    say = occasion.words.say
    return tuple(say("intro_undeliverable", recipient=to, error=error) for to, error in pairs if to)


def _untold_to(case: Case) -> str:
    if variant(case.notice) != UNDELIVERABLE:
        return ""
    return clean(str(case.notice.payload.get("undelivered_to", "")))
