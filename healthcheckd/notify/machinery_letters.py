"""Letters about machinery: gateways, jobs, channels, clean-up, and mail itself."""

import shlex
from datetime import timedelta

from healthcheckd.domain.notices import NoticeKind
from healthcheckd.errors import GatewayFault
from healthcheckd.notify.letter import Fact, Layout, Letter, Row, Section, Tone
from healthcheckd.notify.occasion import MOST_ROWS, Occasion, facts_only
from healthcheckd.settings import CLIENT_CLEANUP


def gateway_down(occasion: Occasion) -> Letter:
    say = occasion.words.say
    refused = occasion.text("fault") == GatewayFault.UNAUTHORIZED
    gateway, since = occasion.text("gateway"), occasion.words.since(occasion.since(), occasion.now)
    headline = say("gateway_key" if refused else "gateway_down", gateway=gateway, since=since)
    return occasion.letter(
        Layout.OPERATOR,
        Tone.CRITICAL,
        say("badge_gateway_down"),
        headline,
        intro=(say("intro_gateway_key" if refused else "intro_gateway_down"),),
        sections=(
            _gateway_facts(occasion, written=refused),
            command("gateways", "check", gateway),
            *acknowledging(occasion),
        ),
    )


def gateway_up(occasion: Occasion) -> Letter:
    say, words = occasion.words.say, occasion.words
    ended = occasion.first.ended_at or occasion.now
    duration = words.duration(ended - occasion.since())
    facts = (
        occasion.fact("label_gateway", occasion.text("gateway")),
        occasion.fact("label_duration", duration, strong=True),
        occasion.fact("label_back_since", words.moment(ended)),
        occasion.fact("label_accounts", occasion.number("accounts") or len(occasion.cases) or None),
    )
    return occasion.letter(
        Layout.OPERATOR,
        Tone.GOOD,
        say("badge_gateway_up"),
        say("gateway_up", gateway=occasion.text("gateway"), duration=duration),
        intro=(say("intro_gateway_up"),),
        sections=(facts_only(*facts),),
    )


def job(occasion: Occasion) -> Letter:
    works = occasion.first.kind == NoticeKind.JOB_RECOVERED
    failed = occasion.text("job")
    facts = (occasion.fact("label_job", failed), *_failure(occasion))
    sections = (facts_only(*facts),) if works else (facts_only(*facts), command("trigger", failed))
    return _machinery(occasion, works, ("job_works" if works else "job_failed", {"job": failed}), sections)


def channel(occasion: Occasion) -> Letter:
    works = occasion.first.kind == NoticeKind.CHANNEL_RECOVERED
    failed = occasion.text("channel")
    facts = (occasion.fact("label_channel", failed), *_failure(occasion))
    sections = (facts_only(*facts),) if works else (facts_only(*facts), command(*_trial(failed)))
    return _machinery(occasion, works, ("channel_works" if works else "channel_failed", {"channel": failed}), sections)


def _trial(channel: str) -> tuple[str, ...]:
    """The words of the command that shows whether it works."""
    if channel == "email":
        return ("email", "verify")
    kind, _, name = channel.rpartition(":")
    return ("webhooks" if kind == "webhook" else "channels", "test", name)


def cleanup(occasion: Occasion) -> Letter:
    """Said once, before the first idle clients are stopped."""
    words, clients = occasion.words, occasion.texts("clients")
    duration = words.duration(timedelta(hours=occasion.number("idle_hours") or 0))
    listed = occasion.listed(tuple(Row(client) for client in clients[:MOST_ROWS]), len(clients))
    stop = Section(text=words.say("stop_cleanup"), commands=(f"healthcheck stop {CLIENT_CLEANUP}",))
    return occasion.letter(
        Layout.OPERATOR,
        Tone.WARNING,
        words.say("badge_cleanup"),
        words.count("idle_clients", len(clients)),
        intro=(words.say("intro_cleanup", duration=duration),),
        sections=(listed, stop),
    )


def test(occasion: Occasion) -> Letter:
    say = occasion.words.say
    return occasion.letter(
        Layout.TEST,
        Tone.INFO,
        say("badge_test"),
        say("test", daemon=occasion.daemon),
        intro=(say("intro_test"),),
        sections=(facts_only(occasion.fact("label_sent_at", occasion.words.moment(occasion.now))),),
    )


def acknowledging(occasion: Occasion) -> tuple[Section, ...]:
    """What stops reminders of the one outage that it is about."""
    incidents = {notice.incident for notice in occasion.notices}
    only = incidents.pop() if len(incidents) == 1 else None
    return (command("incidents", "ack", str(only)),) if only else ()


def command(*words: str) -> Section:
    """A command that works when it is pasted into a shell."""
    return Section(commands=(shlex.join(["healthcheck", *words]),))


def _gateway_facts(occasion: Occasion, *, written: bool) -> Section:
    gateway = occasion.text("gateway")
    origins = (str(each.origin) for each in occasion.settings.gateways if each.name == gateway)
    return facts_only(
        occasion.fact("label_gateway", gateway),
        occasion.fact("label_since", occasion.words.moment(occasion.since()), strong=True),
        occasion.fact("label_error", occasion.text("error")),
        occasion.fact("label_hint", occasion.text("hint")),
        occasion.fact("label_written_in", next(origins, "") if written else ""),
        occasion.fact("label_accounts", occasion.number("accounts") or len(occasion.cases) or None),
    )


def _failure(occasion: Occasion) -> tuple[Fact, ...]:
    return (
        occasion.fact("label_since", occasion.words.moment(occasion.since()), strong=True),
        occasion.fact("label_failures", occasion.number("failures")),
        occasion.fact("label_error", occasion.text("error")),
        occasion.fact("label_hint", occasion.text("hint")),
    )


def _machinery(
    occasion: Occasion, works: bool, headline: tuple[str, dict[str, str]], sections: tuple[Section, ...]
) -> Letter:
    """A job or a channel of ours that fails, or works again."""
    say, (phrase, values) = occasion.words.say, headline
    return occasion.letter(
        Layout.OPERATOR,
        Tone.GOOD if works else Tone.CRITICAL,
        say("badge_works" if works else "badge_failed"),
        say(phrase, **values),
        intro=(say(f"intro_{phrase}"),),
        sections=sections,
    )
