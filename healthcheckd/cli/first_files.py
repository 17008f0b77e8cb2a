"""The first configuration: what was answered, as two files of which only one holds secrets."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from healthcheckd.config.rendering import toml
from healthcheckd.errors import Refused

KEY_NAME = "GATEWAY_KEY"
CONFIG_NAME = "healthcheckd.toml"

_TEMPLATE = """\
# Every key there is stands in healthcheckd.toml.example; healthcheck config check tells what it thinks of this.

[operator]
email = [{operator}]

[notify]
operator_after = {operator_after}
{email}
[[gateways]]
name = {name}
kind = {kind}
url = {url}
{opening}"""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person said; with a `user` the key is that user's password. Secrets go into `.env`, whatever else into the
    configuration."""

    name: str
    kind: str
    url: str
    key: str
    operator: str
    operator_after: str = "15 minutes"
    email: Mapping[str, object] = field(default_factory=dict)
    mail_password: str = ""
    user: str = ""

    def configuration(self) -> str:
        return _TEMPLATE.format(
            operator=toml(self.operator),
            operator_after=toml(self.operator_after),
            email=self._email(),
            name=toml(self.name),
            kind=toml(self.kind),
            url=toml(self.url),
            opening=self._opening(),
        )

    def secrets(self) -> dict[str, str]:
        found = {KEY_NAME: self.key, "SMTP_PASS": self.mail_password}
        return {name: value for name, value in found.items() if value}

    def _opening(self) -> str:
        if not self.key:
            return ""
        if self.user:
            return f'basic_user = {toml(self.user)}\nbasic_password = "${{{KEY_NAME}}}"\n'
        return f'api_key = "${{{KEY_NAME}}}"\n'

    def _email(self) -> str:
        if not self.email:
            return ""
        lines = "".join(f"{key} = {_value(value)}\n" for key, value in self.email.items())
        return f'\n[email]\nservice = "smtp"\n{lines}'


def check_free(*files: Path) -> None:
    """Raises `Refused` for a file that stands already."""
    for file in files:
        if file.exists():
            raise Refused("there is one already", where=str(file), hint="healthcheck init --folder ANOTHER")


def write_files(folder: Path, answers: Answers) -> list[Path]:
    """Raises `Refused` where a configuration stands already, or nothing can be written."""
    config, dotenv = folder / CONFIG_NAME, folder / ".env"
    contents = {config: (answers.configuration(), 0o640)}
    if secrets := answers.secrets():
        contents[dotenv] = ("".join(f"{name}={_quoted(value)}\n" for name, value in secrets.items()), 0o600)
    check_free(*contents)
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        for file, (text, mode) in contents.items():
            _write(file, text, mode)
    except OSError as error:
        hint = "healthcheck init --folder DIR"
        raise Refused(f"cannot be written: {error.strerror}", where=str(error.filename or folder), hint=hint) from error
    return list(contents)


def _write(file: Path, text: str, mode: int) -> None:
    """With its mode from the first moment on."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)


def _value(value: object) -> str:
    return toml(value) if isinstance(value, str | int) else toml(str(value))


def _quoted(value: str) -> str:
    """As `.env` files quote: nothing in it is a variable."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
