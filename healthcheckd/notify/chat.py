"""A letter in a few plain lines, for chats and SMS: what happened, what to do, and no more than fits."""

import re
from collections.abc import Iterator

from healthcheckd.notify.letter import Layout, Letter, Section, Tone
from healthcheckd.notify.occasion import Occasion

MOST = 700
"""Characters of a chat text. An SMS takes less: `fit` it."""

_LISTED = 5
_STEPS = 2
_TOLD = (
    "label_new_number",
    "label_offline_for",
    "label_not_visible_for",
    "label_restricted_until",
    "label_restriction",
    "label_error",
    "label_hint",
    "label_sent_today",
    "label_daily_limit",
)
"""Facts that a headline does not hold, and that somebody on the way needs."""

_JOINER = "\u2060"
_MARKUP = re.compile(r"<(?=\S)|\](?=\()|(?<![\w.])@(?=everyone|here|channel|all)", re.IGNORECASE)
"""What chats would obey in a name: Slack's `<!channel>` and `<url|label>`, `[label](url)`, `@everyone`."""


def chat(occasion: Occasion, letter: Letter) -> str:
    """The subject, then the lines that matter most first, so that cutting the end does the least harm."""
    return fit("\n".join(map(_disarmed, (letter.subject, *_lines(occasion, letter)))))


def fit(text: str, limit: int = MOST) -> str:
    """As many whole lines as `limit` characters hold; the first is always there, if need be cut with an ellipsis."""
    kept, *rest = text.split("\n")
    kept = kept if len(kept) <= limit else kept[: limit - 1].rstrip() + "…"
    for line in rest:
        if len(kept) + 1 + len(line) <= limit:
            kept = f"{kept}\n{line}"
    return kept


def _lines(occasion: Occasion, letter: Letter) -> Iterator[str]:
    yield from (letter.headline, *letter.intro[1:]) if occasion.drill else letter.intro
    for section in letter.sections:
        yield from _section(occasion, section, over=letter.tone is Tone.GOOD)
    if letter.layout is Layout.DIGEST:
        yield from letter.tips[:_LISTED]


def _section(occasion: Occasion, section: Section, *, over: bool) -> Iterator[str]:
    """What was wrong is of no use once it is over."""
    if section.rows:
        yield _names(occasion, section)
        return
    if section.text:
        yield section.text
    if section.button:
        yield f"{section.button.label}: {section.button.url}"
    told = {occasion.words.say(label) for label in _TOLD}
    yield from (f"{fact.label}: {fact.value}" for fact in section.facts if fact.label in told and not over)
    yield from (f"{number}. {step}" for number, step in enumerate(section.steps[:_STEPS], start=1))
    yield from section.commands[:1]


def _names(occasion: Occasion, section: Section) -> str:
    """One line for a whole list: names and numbers of the first, and how many others there are."""
    listed = occasion.words.listed([row.title for row in section.rows], _LISTED, section.total)
    return f"{section.title}: {listed}" if section.title else listed


def _disarmed(line: str) -> str:
    return _MARKUP.sub(lambda found: found.group() + _JOINER, line)
