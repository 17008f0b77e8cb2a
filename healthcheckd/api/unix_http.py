"""HTTP over a Unix socket. Loaded with the first question that is asked, since `http.client` takes its time."""

import http.client
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from healthcheckd.errors import DaemonUnreachable

Response = http.client.HTTPResponse


class Request(NamedTuple):
    method: str
    target: str
    body: bytes | None
    headers: dict[str, str]


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, connected: socket.socket) -> None:
        super().__init__("localhost")
        self.sock = connected


def connected(path: Path, timeout: float | None) -> socket.socket:
    """Raises OSError."""
    caller = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        caller.settimeout(timeout)
        caller.connect(str(path))
    except BaseException:
        caller.close()
        raise
    return caller


@contextmanager
def asked(caller: socket.socket, request: Request, path: Path) -> Iterator[Response]:
    """The answer, open for reading. Raises `DaemonUnreachable` for a daemon that took the question and gave no whole
    answer: what was asked may have been done."""
    hint = "healthcheck status tells what became of it"
    timeout = caller.gettimeout()
    with closing(_UnixConnection(caller)) as connection:
        try:
            connection.request(*request)
            yield connection.getresponse()
        except TimeoutError as error:
            what = f"the daemon did not answer within {timeout:g} s"
            raise DaemonUnreachable(what, where=str(path), hint=hint) from error
        except (OSError, http.client.HTTPException) as error:
            what = "the daemon went away before it answered"
            raise DaemonUnreachable(what, where=str(path), hint=hint) from error
