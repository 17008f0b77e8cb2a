"""Options that several commands share, as one value: a parameter that is a dataclass becomes an option a field."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, get_type_hints


def grouped(command: Callable[..., int | None]) -> Callable[..., int | None]:
    """The same command as Typer has to see it, with every option by itself."""
    own = inspect.signature(command, eval_str=True).parameters
    groups: dict[str, Any] = {}
    for name, given in own.items():
        if is_dataclass(given.annotation):
            groups[name] = given.annotation

    def call(**values: Any) -> int | None:
        for name, group in groups.items():
            values[name] = group(**{field.name: values.pop(field.name) for field in fields(group)})
        return command(**values)

    flat = [one for given in own.values() for one in _flat(given)]
    call.__name__, call.__doc__, call.__module__ = command.__name__, command.__doc__, command.__module__
    call.__signature__ = inspect.Signature(flat)  # type: ignore[attr-defined]  # what inspect looks for first
    call.__annotations__ = {one.name: one.annotation for one in flat} | {"return": int | None}
    return call


def _flat(given: inspect.Parameter) -> Iterator[inspect.Parameter]:
    if not is_dataclass(given.annotation):
        yield given.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        return
    hints = get_type_hints(given.annotation, include_extras=True)
    for field in fields(given.annotation):
        kind = inspect.Parameter.KEYWORD_ONLY
        yield inspect.Parameter(field.name, kind, default=_default(field), annotation=hints[field.name])


def _default(field: "Field[Any]") -> Any:
    return field.default_factory() if field.default_factory is not MISSING else field.default
