"""The environment, with `.env` below it, and the names in it that stand for keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from healthcheckd.config.documents import Body, Entry, Source, Written
from healthcheckd.config.faults import Faults
from healthcheckd.config.texts import text_of
from healthcheckd.settings import Origin

KEYS = {
    "TZ": ("daemon", "time_zone"),
    "HEALTHCHECKD_DATABASE": ("daemon", "database"),
    "HEALTHCHECKD_SOCKET": ("control", "socket"),
    "OPERATOR_EMAIL": ("operator", "email"),
    "EMAIL_SERVICE": ("email", "service"),
    "SMTP_HOST": ("email", "host"),
    "SMTP_PORT": ("email", "port"),
    "SMTP_USER": ("email", "username"),
    "SMTP_PASS": ("email", "password"),
    "SMTP_PASS_FILE": ("email", "password_file"),
    "EMAIL_FROM": ("email", "from"),
    "EMAIL_FROM_NAME": ("email", "from_name"),
}
GATEWAY_KEYS = {
    "GATEWAY_NAME": "name",
    "GATEWAY_KIND": "kind",
    "GATEWAY_URL": "url",
    "GATEWAY_API_KEY": "api_key",
    "GATEWAY_API_KEY_FILE": "api_key_file",
}
_HERE = Origin("environment")


@dataclass(frozen=True, slots=True)
class Environment:
    """Names and values; `files` tells which of them come from a `.env` file. An empty value counts as none."""

    values: Mapping[str, str]
    files: Mapping[str, Path]

    def get(self, name: str) -> Written | None:
        value = self.values.get(name, "")
        origin = Origin(str(self.files[name])) if name in self.files else _HERE
        return Written(value, origin, name, literal=True) if value else None


def assemble(dotenvs: Iterable[Path], environ: Mapping[str, str], faults: Faults) -> Environment:
    """Later files count for more than earlier ones, and the environment for more than all."""
    values: dict[str, str] = {}
    files: dict[str, Path] = {}
    for path in dotenvs:
        found = _read(path, faults)
        values |= found
        files |= dict.fromkeys(found, path)
    kept = {name: path for name, path in files.items() if name not in environ}
    return Environment(values | dict(environ), kept)


def overlay(source: Source, environment: Environment) -> None:
    """Put what the environment says over what the files say; its gateway counts where the files have none."""
    for name, (table, key) in KEYS.items():
        if written := environment.get(name):
            _put(source.tables.setdefault(table, {}), key, written)
    if not source.lists["gateways"]:
        source.lists["gateways"] += _gateway(environment)


def _put(body: Body, key: str, written: Written) -> None:
    """A secret given in one way replaces the same secret given in the other."""
    twin = key.removesuffix("_file") if key.endswith("_file") else f"{key}_file"
    if twin in body and body[twin].name not in KEYS:
        del body[twin]
    body[key] = written


def _gateway(environment: Environment) -> list[Entry]:
    body = {key: written for name, key in GATEWAY_KEYS.items() if (written := environment.get(name))}
    if not body.keys() - {"name"}:
        return []
    named = {"name": Written("main", _HERE, "GATEWAY_NAME")} | body
    return [Entry(named, _origin(body), "gateways", {key: name for name, key in GATEWAY_KEYS.items()})]


def _origin(body: Body) -> Origin:
    """Where the gateway of the environment is mostly written: at its first variable."""
    return next(written.origin for written in body.values())


def _read(path: Path, faults: Faults) -> dict[str, str]:
    from dotenv.parser import parse_stream

    try:
        bindings = list(parse_stream(StringIO(text_of(path, "utf-8-sig"))))
    except (OSError, UnicodeDecodeError) as error:
        faults.add(Origin(str(path)), "", None, f"cannot be read: {getattr(error, 'strerror', '') or 'not UTF-8 text'}")
        return {}
    for binding in bindings:
        if binding.error:
            faults.add(Origin(str(path), binding.original.line), "", None, "is not NAME=value")
    return {binding.key: binding.value or "" for binding in bindings if binding.key}
