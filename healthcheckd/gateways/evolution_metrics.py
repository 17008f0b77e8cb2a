"""Evolution's `/metrics`: the state of every instance in one answer, where it is switched on."""

import re

_LINE = re.compile(r"^(evolution_\w+)\{(.*)\} 1$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def states(text: str) -> dict[str, str | None]:
    """The state in memory by the instance's name; None where there is none yet. Instances not loaded are left out."""
    shown = [labels for gauge, labels in _lines(text) if gauge == "evolution_instance_state" and "instance" in labels]
    return {labels["instance"]: _state(labels.get("state", "")) for labels in shown}


def version(text: str) -> str:
    """The server's version, or nothing."""
    return next((labels["version"] for _, labels in _lines(text) if "version" in labels), "")


def _lines(text: str) -> list[tuple[str, dict[str, str]]]:
    found = _LINE.finditer(text)
    return [(line[1], {label[1]: _unescaped(label[2]) for label in _LABEL.finditer(line[2])}) for line in found]


def _state(word: str) -> str | None:
    return None if word == "unknown" else word


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], text)
