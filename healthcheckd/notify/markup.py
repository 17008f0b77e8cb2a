"""Text for services that read signs of it as Markdown, so that it arrives as it was written."""

import re

_READ_MARKDOWN = frozenset({"discord", "mmost", "mmosts", "zulip", "msteams", "workflow", "workflows"})
_MARKED = re.compile(r"https?://\S+|([\\*_~`|>#])")
"""A sign that means something; or an address, in which it means nothing."""


def plain(text: str, scheme: str) -> str:
    """For the service of an apprise URL with this scheme; the others are told by apprise that it is plain text."""
    if scheme not in _READ_MARKDOWN:
        return text
    return _MARKED.sub(lambda found: f"\\{found[1]}" if found[1] else found[0], text)
