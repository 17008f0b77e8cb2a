"""Reading a text file that somebody named, whatever stands there."""

import errno
import stat
from pathlib import Path

LARGEST = 64 * 1024 * 1024
"""Bytes; room for a configuration with 100,000 accounts."""


def text_of(path: Path, encoding: str) -> str:
    """Raises OSError, also for a pipe, whose reader waits for a writer (below /dev there is one: a shell's), and for
    what has no end; UnicodeDecodeError."""
    if stat.S_ISFIFO(path.stat().st_mode) and Path("/dev") not in path.parents:
        raise OSError(errno.EINVAL, "it is a pipe", str(path))
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise OSError(errno.EFBIG, f"it is larger than {LARGEST // 1024**2} MiB", str(path))
    return content.decode(encoding)
