"""Where templates come from: the user's folder, file by file, then ours; and what happens when a user's one fails."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from healthcheckd.config.shipped import shipped
from healthcheckd.notify.foreign import clean

_FOLDER = "emails"


class TemplateBroken(Exception):
    """A template gave nothing that could be sent."""


class Templates:
    """Renders a template by name. Where a user's one fails ours takes its place, and `faults` says so."""

    def __init__(self, folder: Path | None = None) -> None:
        self._ours = _shipped_templates()
        self._theirs = _environment([folder, shipped("templates")]) if folder else None
        self.faults: dict[str, str] = {}

    def render(self, name: str, context: Mapping[str, object]) -> str:
        if self._theirs is None:
            return _render(self._ours, name, context)
        try:
            text = _render(self._theirs, name, context)
        except Exception as error:  # a template runs its writer's code, which may raise anything
            self.faults[name] = clean(f"{type(error).__name__}: {error}{_line(error)}")
            return _render(self._ours, name, context)
        self.faults.pop(name, None)
        return text


@cache
def _shipped_templates() -> SandboxedEnvironment:
    """Read and compiled once, however many renderers there are."""
    return _environment([shipped("templates")])


def _environment(folders: list[Path]) -> SandboxedEnvironment:
    return SandboxedEnvironment(
        loader=FileSystemLoader([folder / _FOLDER for folder in folders]),
        autoescape=lambda name: name is None or ".html" in name,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _render(environment: SandboxedEnvironment, name: str, context: Mapping[str, object]) -> str:
    text = environment.get_template(name).render(context)
    if not text.strip():
        raise TemplateBroken(f"{name} is empty")
    return text


def _line(error: Exception) -> str:
    line = getattr(error, "lineno", None)
    return f" (line {line})" if line else ""
