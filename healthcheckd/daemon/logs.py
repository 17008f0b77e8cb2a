"""Log lines: for a terminal, for the journal, as JSON, and into a file that rotates."""

import io
import logging
import os
import re
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from typing import Any, TextIO

import msgspec

from healthcheckd.api import requests
from healthcheckd.errors import ConfigurationError, Fault
from healthcheckd.settings import LogSettings

PRIORITY = {
    logging.DEBUG: 7,
    logging.INFO: 6,
    logging.WARNING: 4,
    logging.ERROR: 3,
    logging.CRITICAL: 2,
}
"""The journal's priorities (sd-daemon(3))."""

LEVEL_WORDS = {logging.WARNING: "WARN"}
COLOURS = {logging.WARNING: "33", logging.ERROR: "31", logging.CRITICAL: "31;1", logging.DEBUG: "2"}

_PLAIN_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_ADDRESS = re.compile(r"([\w.+%-])[\w.+%-]*(@[\w.-]+)")
_NUMBER = re.compile(r"\+?\d[\d ()-]{6,}\d")
_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What begins another line, steers a terminal or turns its writing around: names of sessions may hold it."""


class Text(logging.Formatter):
    """`[INFO] words`, after a time of day where nobody else writes one, before it a priority for the journal."""

    def __init__(self, *, stamp: bool, colour: bool = False, priority: bool = False) -> None:
        super().__init__()
        self._stamp = stamp
        self._colour = colour
        self._priority = priority

    def format(self, record: logging.LogRecord) -> str:
        words = super().format(record)
        level = LEVEL_WORDS.get(record.levelno, record.levelname)
        stamp = f"{_instant(record)} " if self._stamp else ""
        line = f"{stamp}[{level}] {words}"
        if self._colour and (colour := COLOURS.get(record.levelno)):
            line = f"\x1b[{colour}m{line}\x1b[0m"
        if not self._priority:
            return line
        prefix = f"<{PRIORITY.get(record.levelno, 6)}>"
        return "\n".join(prefix + part for part in line.split("\n"))

    def formatMessage(self, record: logging.LogRecord) -> str:
        return _visible(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        return "\n".join(map(_visible, super().formatException(ei).split("\n")))


class Json(logging.Formatter):
    """One object a line: `at`, `level`, `action`, `message`, and what the record carries besides."""

    def format(self, record: logging.LogRecord) -> str:
        extra = {name: value for name, value in vars(record).items() if name not in _PLAIN_RECORD}
        line: dict[str, object] = {
            "at": _instant(record),
            "level": record.levelname.lower(),
            "action": extra.pop("action", ""),
            "message": record.getMessage(),
            **extra,
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line, enc_hook=str).decode()


class _Private(RotatingFileHandler):
    """Its files name people: not for every user of the machine."""

    def _open(self) -> io.TextIOWrapper:
        return open(self.baseFilename, "a", encoding=self.encoding, opener=_privately)


def _privately(path: str, flags: int) -> int:
    return os.open(path, flags, 0o640)


unheard: ContextVar[bool] = ContextVar("unheard", default=False)
"""Set where nothing that happens is the user's: what is logged there goes nowhere."""


class Heard(logging.Filter):
    """Drops what is logged where nobody should hear it."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not unheard.get()


class OfCall(logging.Filter):
    """Names the call of the API that a line is about."""

    def filter(self, record: logging.LogRecord) -> bool:
        if call := requests.current.get():
            record.request_id = call
        return True


class MaskPersonal(logging.Filter):
    """Hides most of every address and number that a line or its fields hold."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage()), None
        for name, value in vars(record).items():
            if name not in _PLAIN_RECORD and isinstance(value, str):
                setattr(record, name, masked(value))
        return True


def masked(text: str) -> str:
    """`o***@example.com`, `***7777`."""
    hidden = _ADDRESS.sub(r"\1***\2", text)
    return _NUMBER.sub(lambda found: "***" + re.sub(r"\D", "", found[0])[-4:], hidden)


def _visible(text: str) -> str:
    """One line: `\\n` and the like in place of what would not be seen."""
    return text if text.isprintable() else _STEERING.sub(lambda sign: sign[0].encode("unicode_escape").decode(), text)


def set_up(settings: LogSettings, environ: Mapping[str, str], stream: TextIO = sys.stderr) -> None:
    """Replace all handlers of the root logger; may be called again after a reload. Raises ConfigurationError for a log
    file that cannot be opened, and then nothing has changed."""
    handlers: list[logging.Handler] = [_on_stream(settings, environ, stream)]
    if settings.file is not None:
        handlers.append(_into_file(settings))
    root = logging.getLogger()
    for old in tuple(root.handlers):
        root.removeHandler(old)
        old.close()
    for handler in handlers:
        handler.addFilter(OfCall())
        handler.addFilter(Heard())
        if settings.mask_personal:
            handler.addFilter(MaskPersonal())
        root.addHandler(handler)
    root.setLevel(settings.level.upper())
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)


def _on_stream(settings: LogSettings, environ: Mapping[str, str], stream: TextIO) -> logging.Handler:
    handler = logging.StreamHandler(stream)
    journal = _is_journal(environ, stream)
    colour = stream.isatty() and "NO_COLOR" not in environ
    text = Text(stamp=not journal, colour=colour, priority=journal)
    handler.setFormatter(Json() if settings.format == "json" else text)
    return handler


def _into_file(settings: LogSettings) -> logging.Handler:
    path = str(settings.file or "")
    try:
        handler = _Private(path, maxBytes=settings.max_size, backupCount=settings.keep, encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigurationError([Fault("", "log.file", path, f"cannot be opened: {reason}")]) from None
    handler.setFormatter(Json() if settings.format == "json" else Text(stamp=True))
    return handler


def _is_journal(environ: Mapping[str, str], stream: TextIO) -> bool:
    """Whether the stream is the one that the journal reads (systemd.exec(5), JOURNAL_STREAM)."""
    device, _, inode = environ.get("JOURNAL_STREAM", "").partition(":")
    if not (device.isdigit() and inode.isdigit()):
        return False
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return (status.st_dev, status.st_ino) == (int(device), int(inode))


def _instant(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
