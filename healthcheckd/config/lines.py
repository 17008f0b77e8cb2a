"""Where a key stands in the text of a file; tomllib does not tell."""

import re
from collections import Counter
from collections.abc import Collection, Iterator

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"""\s*["']?([\w-]+)["']?\s*(?:\.\s*["']?([\w-]+)["']?\s*)*=""")
_QUOTES = re.compile(r'"""|' + "'''")


def positions(text: str) -> dict[str, int]:
    """Line numbers from 1, by dotted path: `health`, `health.proof`, `accounts[2]`, `accounts[2].tags`."""
    found: dict[str, int] = {}
    for number, table, content in _lines(text):
        path = table if _header(content) else _join(table, content)
        if path:
            found.setdefault(path, number)
    return found


def excerpt(text: str, tables: Collection[str]) -> str:
    """Only what precedes the first table, and these tables; what is left out becomes empty lines."""
    return "\n".join(content if not table or table in tables else "" for _, table, content in _lines(text))


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Each line's number, the table that it belongs to, and the line; a header inside a long text is none."""
    table, counted, inside = "", Counter[str](), False
    for number, content in enumerate(text.split("\n"), 1):
        header = None if inside else _header(content)
        if header:
            table = _name(header, counted)
        yield number, table, content
        if '"""' in content or "'''" in content:
            inside ^= len(_QUOTES.findall(content)) % 2 == 1


def _header(content: str) -> re.Match[str] | None:
    return _HEADER.fullmatch(content) if content.lstrip()[:1] == "[" else None


def _name(header: re.Match[str], counted: Counter[str]) -> str:
    brackets, name = header.groups()
    if brackets == "[":
        return name
    counted[name] += 1
    return f"{name}[{counted[name] - 1}]"


def _join(table: str, content: str) -> str:
    found = _KEY.match(content)
    if not found:
        return ""
    written = found[0].rpartition("=")[0]
    key = re.sub(r"[\s\"']", "", written)
    return f"{table}.{key}" if table else key
