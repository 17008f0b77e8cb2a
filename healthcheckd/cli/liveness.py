"""Whether a daemon listens: a bare connection, which costs next to nothing and waits for nobody."""

import socket
from pathlib import Path

_PATIENCE_SECONDS = 0.5


def listens(path: Path) -> bool | None:
    """None where this user may not even try."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PATIENCE_SECONDS)
        try:
            probe.connect(str(path))
        except PermissionError:
            return None
        except TimeoutError:
            return True
        except OSError:
            return False
    return True
