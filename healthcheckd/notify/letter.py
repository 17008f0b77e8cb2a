"""What a letter says, in the reader's words: everything is computed here, templates only lay it out."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """The colour of a letter."""

    CRITICAL = "critical"
    WARNING = "warning"
    GOOD = "good"
    INFO = "info"


class Layout(StrEnum):
    """The template of a letter: `NAME.html.j2` and `NAME.txt.j2`."""

    ALERT = "whatsapp-offline-alert"
    RECOVERED = "whatsapp-recovered"
    OPERATOR = "operator-alert"
    QUOTA = "message-quota"
    DIGEST = "digest"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Fact:
    """`Last connected: Wednesday …`; `strong` for the one people look for."""

    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: an account, and its id and what else is known of it."""

    title: str
    details: tuple[str, ...] = ()
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a letter: facts, or accounts that share a cause. `steps` are numbered; `commands` are for a shell.
    `total` counts what `rows` list and what they leave out."""

    title: str = ""
    text: str = ""
    facts: tuple[Fact, ...] = ()
    rows: tuple[Row, ...] = ()
    more: str = ""
    total: int = 0
    button: Button | None = None
    steps_title: str = ""
    steps: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """`headline` is the subject without prefix and the first line of the letter: it says what to do."""

    kind: str
    layout: Layout
    tone: Tone
    badge: str
    subject: str
    headline: str
    language: str
    direction: str
    intro: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    tips_title: str = ""
    tips: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
