"""Text from outside on its way to a terminal: one line, nothing that steers the screen or turns its writing around."""

import unicodedata

_JOINERS = frozenset("\u200c\u200d")
"""Invisible signs that words need: Persian is misspelt and family emoji fall apart without them."""

_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp"})
"""Control signs, overrides of direction among the format signs, line and paragraph separators."""

_BROKEN = "Cs"
"""Halves of surrogate pairs: what is left of bytes that are no text."""


def safe(text: str) -> str:
    """Spaces stay as they are, other white space becomes one."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == _BROKEN:
        return "\ufffd"
    if category not in _INVISIBLE or sign in _JOINERS:
        return sign
    return " " if sign.isspace() else ""
