"""Whose files count: nobody may plant a configuration where somebody else will stand."""

import os
import stat
from pathlib import Path


def current_folder() -> Path:
    """Or, when it was deleted under our feet, one that holds nothing of ours."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path("/proc/self/cwd")


def distrust(file: Path) -> str:
    """Why a file in the current folder does not count; empty when it does, or is not there."""
    if os.geteuid() == 0:
        return "root does not use files of the current folder"
    return distrust_unless_of(file, {os.geteuid()})


def distrust_unless_of(file: Path, owners: set[int]) -> str:
    """The same for a file, and a link to it, that must belong to one of these users."""
    try:
        link, target = file.lstat(), file.stat()
    except PermissionError:
        return "it may not be looked at"
    except OSError:
        return ""
    if not {link.st_uid, target.st_uid} <= owners:
        return "it belongs to somebody else"
    shared = target.st_mode & stat.S_IWGRP and target.st_gid != os.getegid()
    return "others can write it" if shared or target.st_mode & stat.S_IWOTH else ""


def exists(file: Path, *, hidden: bool = False) -> bool:
    """A file that may not be looked at counts as `hidden` says."""
    try:
        file.stat()
    except PermissionError:
        return hidden
    except OSError:
        return False
    return True


def owned(folder: Path) -> bool:
    """Whether it is the caller's: `su` hands on the runtime folder of whoever called it."""
    return exists(folder) and folder.stat().st_uid == os.geteuid()


def readable_by_all(file: Path) -> bool:
    try:
        return bool(file.stat().st_mode & stat.S_IROTH)
    except OSError:
        return False
