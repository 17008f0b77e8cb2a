"""`healthcheck`: the way in, and the one place where errors end."""

import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, TextIO

from healthcheckd.cli.boundary import guarded
from healthcheckd.cli.invocation import Invocation
from healthcheckd.cli.output import ReaderGone, Screen


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        _never_fail_to_encode(stream)
    out, err = Screen(sys.stdout), Screen(sys.stderr)
    return guarded(lambda: _run(given, Invocation(out, err, os.environ)), given, err, os.environ)


def _run(argv: list[str], invocation: Invocation) -> int:
    from healthcheckd.cli.app import tree

    code = _kept(lambda: tree().main(argv, "healthcheck", standalone_mode=False, obj=invocation))
    invocation.out.flush()
    return code


def _kept(run: Callable[[], Any]) -> int:
    """The parser ends the whole program itself where a pipe breaks under its help; that is ours to do."""
    try:
        code = run()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            raise ReaderGone from end
        raise
    return code if isinstance(code, int) else 0


def _never_fail_to_encode(stream: TextIO) -> None:
    """A terminal that knows no such sign shows a substitute."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
