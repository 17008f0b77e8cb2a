"""The README's list of commands, made from the commands themselves."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from healthcheckd.cli.app import SECTIONS, tree
from healthcheckd.cli.options import Selectors

_SELECTORS = tuple(f"--{field.name.replace('_', '-')}" for field in fields(Selectors))


def reference() -> str:
    root = tree()
    parts = ["\n".join(_section(root, title, commands)) for title, commands in SECTIONS.items()]
    return "\n\n".join([*parts, _selectors(root)])


def leaves(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every command below this one that does something by itself, with the words that call it."""
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
        return
    for name in below:
        yield from leaves(below[name], f"{path} {name}")


def examples(command: Any) -> list[str]:
    """The calls of this program that the command's help shows, each on one line."""
    whole = re.sub(r"\\\n\s*", "", command.epilog or "")
    return [line.strip() for line in whole.splitlines() if "healthcheck " in line]


def _section(root: Any, title: str, commands: dict[str, str]) -> Iterator[str]:
    yield f"### {title}\n"
    for name in commands:
        for path, command in leaves(root.commands[name], f"healthcheck {name}"):
            yield _entry(path, command)


def _entry(path: str, command: Any) -> str:
    parameters = [one for one in command.get_params(_context(command)) if one.name != "help"]
    words = [path, *(one.metavar for one in parameters if one.param_type_name == "argument")]
    options = _options([one for one in parameters if one.param_type_name == "option"])
    usage = f"**`{' '.join(words)}`**" + (f" `{options}`" if options else "")
    return f"- {usage}\\\n  {_sentence(command)}\\\n  `{_telling(path, examples(command))}`"


def _options(options: list[Any]) -> str:
    names = {one.opts[0] for one in options}
    selects = names.issuperset(_SELECTORS)
    shown = [_option(one) for one in options if not (selects and one.opts[0] in _SELECTORS)]
    return " ".join((["[SELECTORS]"] if selects else []) + shown)


def _option(option: Any) -> str:
    if not option.is_flag:
        return f"[{option.opts[0]} {option.metavar or '…'}]"
    return f"[{(option.secondary_opts if option.default is True else option.opts)[0]}]"


def _sentence(command: Any) -> str:
    """The first paragraph of its help."""
    return " ".join(inspect.cleandoc(command.help).split("\n\n")[0].split())


def _telling(path: str, lines: list[str]) -> str:
    """The first example that shows more than the bare command."""
    return next((line for line in lines if line != path), path)


def _selectors(root: Any) -> str:
    listing = root.commands["accounts"].commands["list"]
    named = {one.opts[0]: one for one in listing.get_params(_context(listing))}
    rows = [f"- `{_option(named[name])[1:-1]}`: {named[name].help}" for name in _SELECTORS]
    return "\n".join(["### Selectors\n", *rows])


def _context(command: Any) -> Any:
    return command.context_class(command, info_name=command.name)
