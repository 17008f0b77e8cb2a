"""Open files and connections: as many as the system allows, where the one who starts us allows fewer by habit."""

import resource

ENOUGH = 65_536
"""Connections of callers, gateways and mail servers, with room."""


def open_more() -> None:
    """Shells allow 1,024, and strangers could use those up until no gateway can be asked any more."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if most == resource.RLIM_INFINITY else min(ENOUGH, most)
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
