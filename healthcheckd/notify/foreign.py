"""Text from outside (names, errors, server replies) made harmless: one line, no control characters, capped."""

import unicodedata

_JOINERS = frozenset("\u200c\u200d")
"""Invisible signs that words need: Persian is misspelt and family emoji fall apart without them."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control, format (bidirectional overrides among them), lone surrogates, line and paragraph separators."""

_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})

LONGEST_NAME = 60


def clean(text: str, limit: int = 300) -> str:
    """One line of visible text, at most `limit` characters, cut with an ellipsis."""
    return _one_line(text, _JOINERS, limit)


def name(text: str) -> str:
    """What something is called, short enough for a subject."""
    return apart(clean(text, LONGEST_NAME))


def apart(line: str) -> str:
    """Text that is written from right to left is set apart, or it would turn round what stands behind it."""
    turns = any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in line)
    return f"{_ISOLATE}{line}{_END_ISOLATE}" if turns else line


def subject(text: str) -> str:
    """A subject of names and our own words: one line, short enough for a mail client."""
    line = _one_line(text, _JOINERS | {_ISOLATE, _END_ISOLATE}, 199)
    return line + _END_ISOLATE * (line.count(_ISOLATE) - line.count(_END_ISOLATE))


def _one_line(text: str, kept: frozenset[str], limit: int) -> str:
    visible = "".join(_visible(sign, kept) for sign in text[: 4 * limit])
    line = " ".join(visible.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _visible(sign: str, kept: frozenset[str]) -> str:
    if sign in kept or unicodedata.category(sign) not in _INVISIBLE:
        return sign
    return " " if sign.isspace() else ""
