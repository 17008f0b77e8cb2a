"""Letters to whoever owns a number: it is down, it needs a hand, it is back, it sends too much."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from healthcheckd.domain.notices import NoticeKind
from healthcheckd.domain.observations import Cause
from healthcheckd.notify.accounts import Case
from healthcheckd.notify.letter import Fact, Layout, Letter, Section, Tone
from healthcheckd.notify.occasion import Occasion, known

_BY_HAND = frozenset({Cause.LOGGED_OUT, Cause.NEEDS_PAIRING, Cause.REPLACED, Cause.NUMBER_CHANGED})
_WAITING = frozenset({Cause.BANNED, Cause.TEMPORARY_BAN, Cause.RATE_LIMITED})


def offline(occasion: Occasion) -> Letter:
    """Also what a person has to mend: the difference is the badge, the colour and when it is sent."""
    cases = occasion.cases
    return occasion.letter(
        Layout.ALERT,
        _tone(occasion),
        _badge(occasion),
        outage_headline(occasion),
        intro=_intro(occasion),
        sections=(*_no_owner(occasion), *(_one(cases[0]) if len(cases) == 1 else _several(occasion))),
        tips_title=occasion.words.say("tips"),
        tips=_tips(occasion),
    )


def recovered(occasion: Occasion) -> Letter:
    say, cases = occasion.words.say, occasion.cases
    return occasion.letter(
        Layout.RECOVERED,
        Tone.GOOD,
        say("badge_recovered"),
        _back(occasion),
        intro=(say("intro_mass_over" if len(cases) > 1 else "intro_recovered"),),
        sections=(occasion.listing(cases) if len(cases) > 1 else Section(facts=_recovery(occasion)),),
    )


def quota(occasion: Occasion) -> Letter:
    say, case = occasion.words.say, occasion.cases[0]
    percent = occasion.number("percent") or 100
    full = percent >= 100
    headline = say("quota_full" if full else "quota_near", account=case.title, percent=occasion.words.number(percent))
    facts = (
        occasion.fact("label_account", case.name),
        occasion.fact("label_phone", case.phone),
        occasion.fact("label_sent_today", occasion.number("sent"), strong=True),
        occasion.fact("label_daily_limit", occasion.number("limit") or case.subject.account.daily_limit),
        occasion.fact("label_id", case.id),
    )
    return occasion.letter(
        Layout.QUOTA,
        Tone.CRITICAL if full else Tone.WARNING,
        say("badge_quota"),
        headline,
        intro=(say("intro_quota"),),
        sections=(Section(facts=known(facts)),),
    )


def outage_headline(occasion: Occasion) -> str:
    """What to do, first of all: the one action, or else the names of those who need one."""
    words, cases = occasion.words, occasion.cases
    if len(cases) == 1:
        return cases[0].headline
    if not any(case.visible for case in cases):
        since = words.since(min(case.since for case in cases), occasion.now)
        return words.count("accounts_not_visible", len(cases), since=since, action=cases[0].action)
    if len({case.action for case in cases}) == 1:
        return words.count("accounts_offline", len(cases), action=cases[0].action)
    return words.count("accounts_need_you", len(cases), names=words.listed([case.name for case in cases]))


def by_cause(cases: Sequence[Case]) -> list[list[Case]]:
    """Groups that share a cause and what mends it, the largest first."""

    def shared(case: Case) -> tuple[str, str, bool]:
        return case.cause, case.alert_kind, case.crippled

    groups = [list(group) for _, group in groupby(sorted(cases, key=shared), key=shared)]
    return sorted(groups, key=len, reverse=True)


def _one(case: Case) -> tuple[Section, ...]:
    say = case.words.say
    facts = Section(text=case.remedy.happened, facts=case.facts(), button=case.button)
    commands = case.commands() if case.to_operator else ()
    return facts, Section(steps_title=say("what_to_do"), steps=case.steps(), commands=commands)


def _several(occasion: Occasion) -> tuple[Section, ...]:
    return tuple(_group(occasion, cases) for cases in by_cause(occasion.cases))


def _group(occasion: Occasion, cases: list[Case]) -> Section:
    remedy = cases[0].remedy
    return replace(
        occasion.listing(cases),
        title=remedy.label,
        text=remedy.happened,
        steps_title=occasion.words.say("what_to_do"),
        steps=cases[0].steps(),
        commands=cases[0].commands() if occasion.to_operator else (),
    )


def _tone(occasion: Occasion) -> Tone:
    waiting = all(not case.visible for case in occasion.cases)
    return Tone.WARNING if waiting else Tone.CRITICAL


def _badge(occasion: Occasion) -> str:
    say = occasion.words.say
    if occasion.reminder:
        return say("badge_reminder", number=occasion.reminder)
    if occasion.first.kind == NoticeKind.ACTION_REQUIRED:
        return say("badge_action_required")
    return say("badge_not_visible" if all(not case.visible for case in occasion.cases) else "badge_offline")


def _intro(occasion: Occasion) -> tuple[str, ...]:
    return (occasion.words.say("intro_reminder", number=occasion.reminder),) if occasion.reminder else ()


def _tips(occasion: Occasion) -> tuple[str, ...]:
    """What an owner can look after. Who runs the gateway knows better, and has no phone at hand."""
    causes = {case.cause for case in occasion.cases if not case.alert_kind}
    if occasion.to_operator or causes <= _WAITING | {
        Cause.GATEWAY_DOWN,
        Cause.OUTDATED_CLIENT,
        Cause.STOPPED,
        Cause.GONE,
    }:
        names: tuple[str, ...] = ()
    elif causes <= _BY_HAND:
        names = ("phone_on", "four_devices", "update")
    else:
        names = ("phone_on", "no_loop", "update")
    return tuple(occasion.words.catalogue.tips[name] for name in names)


def _no_owner(occasion: Occasion) -> tuple[Section, ...]:
    if not occasion.no_owner:
        return ()
    commands = (f"{case.command('accounts', 'set')} --owner-email ADDRESS" for case in occasion.cases[:3])
    return (Section(text=occasion.words.say("no_owner"), commands=tuple(commands)),)


def _back(occasion: Occasion) -> str:
    words, cases = occasion.words, occasion.cases
    if len(cases) == 1:
        return words.say("recovered", account=cases[0].title, duration=words.duration(cases[0].lasted))
    return words.count("accounts_back", len(cases), names=words.listed([case.name for case in cases]))


def _recovery(occasion: Occasion) -> tuple[Fact, ...]:
    case = occasion.cases[0]
    ended = case.notice.ended_at or occasion.now
    return known(
        (
            occasion.fact("label_account", case.name),
            occasion.fact("label_phone", case.phone),
            occasion.fact("label_offline_for", occasion.words.duration(case.lasted), strong=True),
            occasion.fact("label_back_since", occasion.words.moment(ended)),
            occasion.fact("label_id", case.id),
        )
    )
