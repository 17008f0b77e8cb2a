"""`python -m tests.benchmarks [NAME …]`: measure, and print what was reached beside what was to be reached.

Everything is on loopback and in temporary folders. Seconds are the least of several rounds, for what else the machine
does only adds to them; where there are two processors, the gateways' server has the other one.
"""

import argparse
import platform
from collections.abc import Callable, Iterator

from tests.benchmarks import abuse, daemon, falling, growing, kinds, noise, sweeping
from tests.benchmarks.figures import Figure

REST_SECONDS = 60


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="single, sweeps, rest, status, falls, kinds, noise, abuse, sizes, million",
    )
    parser.add_argument("--rest-seconds", type=int, default=REST_SECONDS, help="how long to watch a daemon at rest")
    given = parser.parse_args()
    wanted = _benchmarks(given.rest_seconds)
    if unknown := set(given.names) - set(wanted):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(wanted)}")
    print(f"Python {platform.python_version()}, {platform.machine()}\n")
    for name in given.names or [name for name in wanted if name not in LONG]:
        for figure in wanted[name]():
            print(f"{figure.what:<72} {figure.measured:>34}  {figure.target}".rstrip(), flush=True)


LONG = ("abuse", "kinds", "noise", "sizes", "million")
"""Minutes each: only when asked for."""


def _benchmarks(rest_seconds: int) -> dict[str, Callable[[], Iterator[Figure]]]:
    return {
        "single": sweeping.single,
        "sweeps": sweeping.sweeps,
        "rest": lambda: daemon.rest(rest_seconds),
        "status": daemon.status,
        "falls": falling.falls,
        "kinds": kinds.kinds,
        "noise": noise.noise,
        "abuse": abuse.abuse,
        "sizes": growing.sizes,
        "million": sweeping.million,
    }


if __name__ == "__main__":
    main()
