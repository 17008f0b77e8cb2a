"""What is kept of a fault of ours: a file for the report, without secrets, wherever one can be written."""

import os
import platform
import re
import shlex
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from healthcheckd import __version__
from healthcheckd.domain import redaction

_SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH|PROXY", re.IGNORECASE)
_SHORTEST_SECRET = 4


def details(error: BaseException, argv: Sequence[str], environ: Mapping[str, str]) -> str:
    """Versions, command line and traceback; whatever looks like a secret is masked."""
    told = [
        f"healthcheckd {__version__}, Python {platform.python_version()}, {platform.platform()}",
        f"$ healthcheck {shlex.join(argv)}",
        "",
        *_traceback(error),
    ]
    return masked("\n".join(told), environ) + "\n"


def keep(text: str, environ: Mapping[str, str]) -> Path | None:
    """The file that now holds `text`, readable by its owner alone; None when no folder takes one."""
    for folder in _folders(environ):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix="healthcheck-", suffix=".log", dir=folder)
            with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
                file.write(text)
        except OSError:
            continue
        return Path(name)
    return None


def masked(text: str, environ: Mapping[str, str]) -> str:
    for name, value in environ.items():
        if _SECRET_NAME.search(name) and len(value) >= _SHORTEST_SECRET:
            text = text.replace(value, redaction.MASK)
    return redaction.masked(text)


def _traceback(error: BaseException) -> list[str]:
    """An exception that cannot even be put into words still has a place where it happened."""
    try:
        return traceback.format_exception(error)
    except Exception as worse:
        return [
            *traceback.format_tb(error.__traceback__),
            f"{type(error).__name__}, unprintable: {type(worse).__name__}",
        ]


def _folders(environ: Mapping[str, str]) -> Iterator[Path]:
    home = environ.get("HOME", "")
    if state := environ.get("XDG_STATE_HOME", "") or (f"{home}/.local/state" if home else ""):
        yield Path(state) / "healthcheckd"
    try:
        yield Path(tempfile.gettempdir())
    except OSError:
        return
