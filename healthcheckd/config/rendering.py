"""Values as they may be written in the file."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from healthcheckd.domain.cron import Cadence
from healthcheckd.domain.durations import format_duration
from healthcheckd.domain.quiet import QuietHours
from healthcheckd.settings import Secret, Share


def toml(value: object) -> str:
    """One value as it may be written in the file; a secret as asterisks."""
    match value:
        case bool():
            return str(value).lower()
        case Share():
            return toml(f"{value:.0%}")
        case timedelta():
            return toml(format_duration(value))
        case (str(host), int(port)) if isinstance(value, tuple):
            return toml(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
        case tuple() | list():
            return f"[{', '.join(map(toml, value))}]"
        case Mapping():
            return f"{{{', '.join(f'{_quoted(key)} = {toml(part)}' for key, part in value.items())}}}"
        case str() | Path() | Cadence() | Secret() | QuietHours():
            return _quoted(str(value))
    return str(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
