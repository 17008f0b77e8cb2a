"""`healthcheck`: the way in, and the one place where errors end."""

import errno
import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, TextIO

from healthcheckd.cli.boundary import guarded
from healthcheckd.cli.invocation import Invocation
from healthcheckd.cli.output import OutputLost, ReaderGone, Screen
from healthcheckd.errors import UsageError


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    out, err = (Screen(_usable(stream)) for stream in (sys.stdout, sys.stderr))
    return guarded(lambda: _run(given, Invocation(out, err, os.environ)), given, err, os.environ)


def _run(argv: list[str], invocation: Invocation) -> int:
    from healthcheckd.cli.app import tree

    _refuse_what_is_no_text(argv)
    code = _kept(lambda: tree().main(argv, "healthcheck", standalone_mode=False, obj=invocation))
    invocation.out.flush()
    return code


def _kept(run: Callable[[], Any]) -> int:
    """The parser prints its help by itself, and ends the whole program where a pipe breaks; both are ours to do."""
    try:
        code = run()
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise OutputLost("the output cannot be written: the disk is full", hint="df -h") from error
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            raise ReaderGone from end
        raise
    return code if isinstance(code, int) else 0


def _refuse_what_is_no_text(argv: Sequence[str]) -> None:
    """Bytes outside the user's character set arrive as halves of surrogate pairs, which nothing can store or send."""
    for argument in argv:
        if any("\ud800" <= sign <= "\udfff" for sign in argument):
            raise UsageError(f"“{argument}” is not text in {sys.getfilesystemencoding()}", hint="locale")


def _usable(stream: TextIO | None) -> TextIO:
    """A terminal that lacks a sign shows a substitute; where somebody closed the stream, nobody reads."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream or io.StringIO()
