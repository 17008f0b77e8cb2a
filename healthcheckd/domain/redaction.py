"""What looks like a secret in foreign text, told by what stands before it."""

import re

MASK = "****"
_NAMES = r"(?:x-)?(?:api|access|hmac|secret)[-_ ]?key|apikey|authorization|token|password|passwd|secret|hmac|key"
_NAMED = rf"((?:\b|_)(?:{_NAMES})[\"']?\s*[:=]\s*[\"']?)"
_PATTERNS = (
    (re.compile(r"(\w+://)[^\s/@]+@"), rf"\1{MASK}@"),
    (re.compile(r"((?:bearer|basic)\s+)[^\s\"',;]+", re.IGNORECASE), rf"\1{MASK}"),
    (re.compile(rf"{_NAMED}(?!bearer|basic)[^\s\"',;&]+", re.IGNORECASE), rf"\1{MASK}"),
)


def masked(text: str) -> str:
    """With everything hidden that is called a key, a token or a password, and what stands before the @ of a URL."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text
