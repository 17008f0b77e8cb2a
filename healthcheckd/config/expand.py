"""`${NAME}` and `${NAME:-default}` in what is written."""

import re
from collections.abc import Mapping

from healthcheckd.config.values import Wrong

_REFERENCE = re.compile(r"(\$?)\$\{([^}]*)\}?")
_INSIDE = re.compile(r"([A-Za-z_]\w*)(?::-(.*))?", re.ASCII)


def expand(value: object, environ: Mapping[str, str]) -> object:
    """Texts with their references replaced, in lists and tables too; `$${` is a plain `${`. Raises Wrong."""
    if isinstance(value, str):
        return _REFERENCE.sub(lambda found: _replacement(found, environ), value)
    if isinstance(value, list):
        return [expand(part, environ) for part in value]
    if isinstance(value, dict):
        return {name: expand(part, environ) for name, part in value.items()}
    return value


def _replacement(found: re.Match[str], environ: Mapping[str, str]) -> str:
    if found[1]:
        return found[0][1:]
    inside = _INSIDE.fullmatch(found[2])
    if not inside or not found[0].endswith("}"):
        raise Wrong("holds a ${ that is not ${NAME}; write $${ for the plain text")
    name, default = inside.groups()
    if name in environ:
        return environ[name]
    if default is None:
        raise Wrong(f"{name} is not set, neither in the environment nor in .env")
    return str(default)
