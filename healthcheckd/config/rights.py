"""What keeps a user from a file or a socket, as the command that cures it."""

import grp
import os
import pwd
import stat
from pathlib import Path


def cure(path: Path, mode: int) -> str:
    """For `os.R_OK` or `os.W_OK`: to join the group where the group may; else to be somebody who may."""
    for place in (path, *path.parents):
        try:
            found = place.stat()
        except OSError:
            continue
        wanted = os.X_OK if stat.S_ISDIR(found.st_mode) else mode
        if not os.access(place, wanted, effective_ids=True):
            return _joining(found, wanted) or f"sudo -u {_owner(found)} healthcheck …"
    return "sudo healthcheck …"


def _joining(found: os.stat_result, wanted: int) -> str:
    try:
        group = grp.getgrgid(found.st_gid).gr_name
    except KeyError:
        return ""
    group_may = found.st_mode & (wanted << 3)
    return f"sudo usermod -aG {group} $USER, then log in again" if group_may and group != "root" else ""


def _owner(found: os.stat_result) -> str:
    try:
        return pwd.getpwuid(found.st_uid).pw_name
    except KeyError:
        return f"'#{found.st_uid}'"
