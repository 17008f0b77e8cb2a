"""`python -m tests.contract.gateways`: run the suite, and count for each kind of gateway what it passed.

Cases of the suite that all kinds share are counted apart from those for what only one kind does. What a kind cannot do
is left out by its world, and counted as such.
"""

import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from healthcheckd.settings import KINDS

HERE = Path(__file__).parent
OWN = re.compile(rf"gateways/({'|'.join(KINDS)})/")
SHARED = re.compile(rf"\[({'|'.join(KINDS)})(?:-|\])")


class Tally:
    """By kind, whether the case is shared, and how it ended."""

    def __init__(self) -> None:
        self.ended: Counter[tuple[str, bool, str]] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        final = report.when == "call" or (report.when == "setup" and report.outcome != "passed")
        own, shared = OWN.search(report.nodeid), SHARED.search(report.nodeid)
        if final and (found := own or shared):
            self.ended[found[1], own is None, report.outcome] += 1

    def row(self, kind: str) -> tuple[str, ...]:
        shared, own = self.ended[kind, True, "passed"], self.ended[kind, False, "passed"]
        left_out = sum(self.ended[kind, one, "skipped"] for one in (True, False))
        failed = sum(self.ended[kind, one, "failed"] for one in (True, False))
        return kind, *(str(number) for number in (shared, own, shared + own, left_out, failed))


def main() -> int:
    tally = Tally()
    code = pytest.main(["-q", "--no-header", "-p", "no:cacheprovider", "--tb=short", str(HERE)], plugins=[tally])
    print()
    for row in (("KIND", "SHARED", "ITS OWN", "PASSED", "LEFT OUT", "FAILED"), *map(tally.row, KINDS)):
        print(f"{row[0]:<11}" + "".join(f"{cell:>10}" for cell in row[1:]))
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
