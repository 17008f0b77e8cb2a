"""`healthcheck demo`, as the first thing anybody runs: real processes, real sockets, real mail."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.acceptance

ROOT = Path(__file__).parents[2]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HEALTHCHECKD", "SMTP", "TZ"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "healthcheckd", "demo", "--for", "40s", "--folder", str(tmp_path / "demo")],
        cwd=ROOT,
        env=clean,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield process
    process.kill()
    process.communicate()


def daemons_of(folder: Path) -> list[str]:
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = command.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if "healthcheckd.daemon.main" in words and str(folder) in words:
            found.append(words)
    return found


def test_everything_promised_is_seen_and_nothing_runs_on(demo: "subprocess.Popen[str]", tmp_path: Path) -> None:
    out, _ = demo.communicate(timeout=120)
    assert demo.returncode == 0, out
    assert [line for line in out.splitlines() if line.startswith("  no ")] == [], out
    assert out.count("\n  yes  ") == 7, out
    assert re.search(r"demo/clinic  Healthy → Warning .*logged out", out)
    htmls = [Path(path) for path in re.findall(r"^ +(/.*\.html)$", out, re.MULTILINE)]
    assert htmls and all(path.read_text().lstrip().startswith("<!") for path in htmls)
    assert daemons_of(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(demo: "subprocess.Popen[str]", tmp_path: Path, number: signal.Signals) -> None:
    until = time.monotonic() + 60
    while not daemons_of(tmp_path) and time.monotonic() < until:
        time.sleep(0.1)
    demo.send_signal(number)
    out, _ = demo.communicate(timeout=60)
    assert demo.returncode == 130, out
    assert "Traceback" not in out
    assert daemons_of(tmp_path) == []
