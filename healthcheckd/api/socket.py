"""The control socket as a file: bound politely, for the right people, and taken away at the end."""

import errno
import logging
import os
import socket
import stat
from pathlib import Path

from healthcheckd.api.client import check_path_length
from healthcheckd.api.identity import gid_of
from healthcheckd.errors import Refused

logger = logging.getLogger(__name__)

READ_GROUP = "healthcheckd"
"""Whoever is in it may talk to the daemon."""

_BACKLOG = 128


class ControlSocket:
    """Bound and listening from `bind` until `close`."""

    def __init__(self, path: Path, manage_group: str) -> None:
        self.path = path
        self._groups = (READ_GROUP, manage_group)
        self._inode: int | None = None

    def bind(self) -> socket.socket:
        """Raises `Refused` where somebody listens already, or where something stands that is no socket; `UsageError`
        for a path that is too long. Nobody can connect before the rights are set, since it does not listen yet."""
        check_path_length(self.path)
        self._make_folder()
        _clear(self.path)
        bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            bound.bind(str(self.path))
            self._inode = self.path.stat().st_ino
            self._open_to_group()
            bound.listen(_BACKLOG)
            bound.setblocking(False)
        except BaseException as error:
            bound.close()
            if isinstance(error, OSError):
                raise _unusable(self.path, error) from error
            raise
        return bound

    def close(self) -> None:
        """Takes the file away, unless another one stands there by now."""
        try:
            ours = self._inode is not None and self.path.stat().st_ino == self._inode
        except FileNotFoundError:
            return
        if ours:
            self.path.unlink(missing_ok=True)

    def _make_folder(self) -> None:
        folder = self.path.parent
        try:
            folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        except OSError as error:
            raise _unusable(folder, error) from error

    def _open_to_group(self) -> None:
        """Without a group of ours the socket is its owner's alone: nobody knows who else is in the owner's group."""
        gid = next((gid for gid in map(gid_of, self._groups) if gid is not None), None)
        self.path.chmod(0o600)
        if gid is None:
            return
        try:
            os.chown(self.path, -1, gid)
        except PermissionError:
            logger.warning(
                "The control socket stays closed to group %s: this user is not in it",
                self._groups[0],
                extra={"action": "socket_group"},
            )
            return
        self.path.chmod(0o660)


def _clear(path: Path) -> None:
    """Dial before replacing: a socket where somebody answers is not ours to take."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        what = "something that is no socket stands where the control socket belongs"
        raise Refused(what, where=str(path), hint=f"ls -l {path}; then set another [control] socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.settimeout(2)
        try:
            caller.connect(str(path))
        except OSError as error:
            if error.errno != errno.ECONNREFUSED:
                raise _unusable(path, error) from error
        else:
            raise _alive(path, caller)
    path.unlink(missing_ok=True)


def _alive(path: Path, caller: socket.socket) -> Refused:
    pid = int.from_bytes(caller.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 4), "little")
    return Refused(f"process {pid} answers at the control socket already", where=str(path), hint="healthcheck status")


def _unusable(path: Path, error: OSError) -> Refused:
    reason = (error.strerror or str(error)).lower()
    return Refused(f"the control socket cannot be made: {reason}", where=str(path), hint=f"ls -ld {path.parent}")
