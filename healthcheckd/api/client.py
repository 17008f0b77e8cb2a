"""The one client of the control socket: synchronous, and quick to import, for every command starts with it."""

import errno
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

from healthcheckd import __version__
from healthcheckd.api.failures import error_of
from healthcheckd.config.rights import cure
from healthcheckd.errors import DaemonUnreachable, NoAccess, UsageError

if TYPE_CHECKING:  # heavy, and needed only by who really asks
    import socket

    from healthcheckd.api.unix_http import Response

BASE = "/api/v1"
SUDO_HEADER = "Healthcheck-Sudo-User"
VERSION_HEADER = "Healthcheckd-Version"

LONGEST_PATH = 107
"""Bytes that the address of a Unix socket can hold, less the closing zero."""

_NDJSON = "application/x-ndjson"
_SYSTEM_FOLDER = Path("/run/healthcheckd")

Query = Sequence[tuple[str, str]]


class Answer(NamedTuple):
    """A whole answer: `data`, and what stands beside it."""

    data: Any
    message: str
    beside: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Installation:
    """What the hints of an unreachable daemon name: the configuration that is in use. `configured` is false where
    nothing at all says what to watch."""

    config: Path | None = None
    configured: bool = True


def account_path(account: str, verb: str = "") -> str:
    """`GATEWAY/SESSION` as a path; whatever the session is called, it stays one segment."""
    gateway, _, session = account.partition("/")
    return "/accounts/" + "/".join(quote(part, safe="") for part in (gateway, session, verb) if part)


class ControlClient:
    """Talks to the daemon. Paths are relative to `/api/v1`; what is answered is the envelope's `data`. An error is
    raised as what the daemon raised, an absent daemon as `DaemonUnreachable` with the cure.

    `timeout` is in seconds, for each wait on the daemon; None waits as long as it takes.
    """

    def __init__(
        self, path: Path, timeout: float | None = 30.0, *, installation: Installation = Installation()
    ) -> None:
        self.path = path
        self.timeout = timeout
        self.daemon_version = ""
        self._installation = installation

    @property
    def other_version(self) -> bool:
        """Whether the daemon that answered is of another version than this program."""
        return self.daemon_version not in {"", __version__}

    def get(self, path: str, params: Query = ()) -> Any:
        return self.ask("GET", path, params).data

    def post(self, path: str, params: Query = (), body: object = None) -> Any:
        return self.ask("POST", path, params, body).data

    def patch(self, path: str, params: Query = (), body: object = None) -> Any:
        return self.ask("PATCH", path, params, body).data

    def delete(self, path: str, params: Query = (), body: object = None) -> Any:
        return self.ask("DELETE", path, params, body).data

    def ask(self, method: str, path: str, params: Query = (), body: object = None) -> Answer:
        """The whole answer, for those who want more than its data."""
        with self._asked(method, _target(path, params), body, "application/json") as response:
            envelope = _object(response.read(), self.path)
        _raise_failure(envelope, response.status)
        return Answer(envelope.pop("data", None), envelope.pop("message", ""), envelope)

    def stream(
        self, path: str, params: Query = (), *, method: str = "GET", body: object = None
    ) -> Iterator[dict[str, Any]]:
        """One object a line, as they come; the last is the envelope. The error that ends a stream is raised."""
        last: dict[str, Any] = {}
        with self._asked(method, _target(path, params), body, _NDJSON) as response:
            for line in filter(bytes.strip, response):
                last = _object(line, self.path)
                _raise_failure(last, response.status)
                yield last
        if "success" not in last:
            what, hint = "the daemon went away in the middle of its answer", "healthcheck status"
            raise DaemonUnreachable(what, where=str(self.path), hint=hint)

    @contextmanager
    def _asked(self, method: str, target: str, body: object, accept: str) -> "Iterator[Response]":
        from healthcheckd.api.unix_http import Request, asked

        request = Request(method, target, _payload(body), _headers(accept, body))
        with asked(self._connected(), request, self.path) as response:
            self.daemon_version = response.getheader(VERSION_HEADER, "")
            yield response

    def _connected(self) -> "socket.socket":
        from healthcheckd.api.unix_http import connected

        check_path_length(self.path)
        try:
            return connected(self.path, self.timeout)
        except OSError as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: OSError) -> DaemonUnreachable:
        if isinstance(error, PermissionError):
            return NoAccess("you may not talk to the daemon", where=str(self.path), hint=cure(self.path, os.W_OK))
        if isinstance(error, FileNotFoundError | NotADirectoryError):
            what, hint = "the daemon is not running: there is no socket", self.start_command()
        elif error.errno == errno.ECONNREFUSED:
            what, hint = "the daemon is not running: nobody listens at the socket", self.start_command()
        else:
            what, hint = f"the daemon cannot be reached: {error.strerror or error}", self.start_command()
        return DaemonUnreachable(what, where=str(self.path), hint=hint)

    def start_command(self) -> str:
        """What a person types next to have a daemon here."""
        config = self._installation.config
        if self.path.parent == _SYSTEM_FOLDER:
            return "sudo systemctl start healthcheckd"
        if not self._installation.configured:
            return "healthcheck init"
        return f"healthcheckd --config {config}" if config else "healthcheckd"


def check_path_length(path: Path) -> None:
    """Raises `UsageError` for a path that no Unix socket can have."""
    if (length := len(os.fsencode(path))) > LONGEST_PATH:
        what = f"the path of the control socket has {length} bytes, and at most {LONGEST_PATH} are possible"
        raise UsageError(what, where=str(path), hint='set a shorter one: [control] socket = "/run/user/1000/hc.sock"')


def _target(path: str, params: Query) -> str:
    return f"{BASE}{path}?{urlencode(params)}" if params else f"{BASE}{path}"


def _payload(body: object) -> bytes | None:
    """A file's bytes go as they are, everything else as JSON."""
    if body is None or isinstance(body, bytes):
        return body
    return json.dumps(body, ensure_ascii=False).encode()


def _headers(accept: str, body: object) -> dict[str, str]:
    headers = {"Accept": accept, "User-Agent": f"healthcheck/{__version__}"}
    if body is not None:
        headers["Content-Type"] = "application/octet-stream" if isinstance(body, bytes) else "application/json"
    if claimed := os.environ.get("SUDO_USER"):
        headers[SUDO_HEADER] = quote(claimed)
    return headers


def _object(text: bytes, path: Path) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise DaemonUnreachable(
            "what answers there is not healthcheckd", where=str(path), hint=f"ss -lxp | grep {path}"
        )
    return read


def _raise_failure(envelope: dict[str, Any], status: int) -> None:
    if envelope.get("success") is False:
        raise error_of(envelope.get("error") or {}, status)
