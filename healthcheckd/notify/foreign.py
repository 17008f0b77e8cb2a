"""Text from outside (names, errors, server replies) made harmless: one line, no control characters, capped."""

import unicodedata

_JOINERS = frozenset("\u200c\u200d")
"""Invisible signs that words need: Persian is misspelt and family emoji fall apart without them."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control, format (bidirectional overrides among them), lone surrogates, line and paragraph separators."""

LONGEST_NAME = 60


def clean(text: str, limit: int = 300) -> str:
    """One line of visible text, at most `limit` characters, cut with an ellipsis."""
    visible = "".join(_visible(sign) for sign in text[: 4 * limit])
    line = " ".join(visible.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def name(text: str) -> str:
    """What something is called, short enough for a subject."""
    return clean(text, LONGEST_NAME)


def _visible(sign: str) -> str:
    if sign in _JOINERS or unicodedata.category(sign) not in _INVISIBLE:
        return sign
    return " " if sign.isspace() else ""
