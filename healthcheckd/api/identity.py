"""Who is at the other end of the control socket, by what the kernel says of the peer."""

import grp
import os
import pwd
import socket
import struct
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from aiohttp import web

from healthcheckd.api.client import SUDO_HEADER
from healthcheckd.errors import Forbidden
from healthcheckd.ports.control import Caller

_SO_PEERGROUPS = 59
_LARGEST_BUFFER = 1024
"""Python reads no socket option that is longer."""

_GID = struct.Struct("I")
_CREDENTIALS = struct.Struct("3i")
_LONGEST_CLAIM = 64


class Identity(Protocol):
    """How a surface finds out who asks; `cure` tells one who may not how to become one who may."""

    def caller(self, request: web.Request) -> Caller: ...

    def cure(self, caller: Caller) -> str: ...


class PeerIdentity:
    """Root, the daemon's own user and the members of `manage_group` manage; the socket's group reads."""

    def __init__(self, path: Path, manage_group: str) -> None:
        self._path = path
        self._manage_group = manage_group

    def caller(self, request: web.Request) -> Caller:
        """Raises `Forbidden` when the other end cannot be told."""
        peer = None if request.transport is None else request.transport.get_extra_info("socket")
        if peer is None or peer.family != socket.AF_UNIX:
            raise Forbidden("nobody can tell who is asking", hint="ask at the control socket")
        uid, gid = credentials(peer)
        if uid == 0:
            return Caller(_root(request.headers.get(SUDO_HEADER, "")), may_read=True, may_manage=True)
        groups = {gid, *peer_groups(peer, uid, gid)}
        manages = uid == os.geteuid() or gid_of(self._manage_group) in groups
        return Caller(name_of(uid), may_read=manages or self._socket_group() in groups, may_manage=manages)

    def cure(self, caller: Caller) -> str:
        return f"sudo healthcheck …, or: sudo usermod -aG {self._manage_group} {caller.who}; then log in again"

    def _socket_group(self) -> int | None:
        try:
            return self._path.stat().st_gid
        except FileNotFoundError:
            return None


class PeerSocket(Protocol):
    """What is asked of a connected socket."""

    def getsockopt(self, level: int, option: int, size: int, /) -> bytes: ...


def credentials(peer: PeerSocket) -> tuple[int, int]:
    """User and primary group of the process that connected."""
    _, uid, gid = _CREDENTIALS.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
    return uid, gid


def peer_groups(peer: PeerSocket, uid: int, gid: int) -> set[int]:
    """The groups that the process had when it connected; where the kernel does not say, or there are too many, those
    that its user has by the group database."""
    try:
        packed = peer.getsockopt(socket.SOL_SOCKET, _SO_PEERGROUPS, _LARGEST_BUFFER)
    except OSError:
        return _listed_groups(uid, gid)
    return {group for (group,) in _GID.iter_unpack(packed)}


def name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def gid_of(group: str) -> int | None:
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        return None


def _listed_groups(uid: int, gid: int) -> set[int]:
    try:
        return set(os.getgrouplist(pwd.getpwuid(uid).pw_name, gid))
    except KeyError:
        return {gid}


def _root(claim: str) -> str:
    """Only root is believed when it says for whom it acts, and even then it stays a claim."""
    name = "".join(sign for sign in unquote(claim) if sign.isprintable())[:_LONGEST_CLAIM]
    return f"root (sudo: {name})" if name else "root"
