"""Where every error ends: one sentence and the way out on stderr, and the exit code that the contract names."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence

from typer.exceptions import Abort, Exit, TyperException

from healthcheckd.cli.crash import details, keep
from healthcheckd.cli.output import OutputLost, Part, ReaderGone, Screen, Style
from healthcheckd.errors import ExitCode, HealthcheckError

READER_GONE = 141
"""What a shell reports of a program that died of SIGPIPE: our reader left, and nobody is to be told."""

PLUGIN_UNKNOWN = 3
"""What a monitoring system understands of a plugin that was called wrongly."""


_NO_NUMBER = ("Input should be a valid integer, unable to parse string as an integer", "must be a whole number")
"""What the parser says, and what people say."""


def guarded(run: Callable[[], int], argv: Sequence[str], err: Screen, environ: Mapping[str, str]) -> int:
    """Whatever `run` raises becomes an exit code."""
    try:
        return run()
    except OutputLost as error:
        _silence()
        return tell(error, err)
    except HealthcheckError as error:
        return tell(error, err)
    except TyperException as error:
        code = _usage(error, err)
        return PLUGIN_UNKNOWN if "--nagios" in argv else code
    except Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, Abort):
        return ExitCode.INTERRUPTED
    except (ReaderGone, BrokenPipeError):
        _silence()
        return READER_GONE
    except Exception as error:
        return _bug(error, argv, err, environ)


def tell(error: HealthcheckError, err: Screen) -> int:
    """What was expected to go wrong sometimes, and the way out; returns the exit code."""
    first, *more = str(error).splitlines() or [type(error).__name__]
    err.say(Part("Error: ", Style.BAD), first)
    for line in more:
        err.say("       ", line)
    if error.hint:
        err.say(Part("Hint: ", Style.STRONG), error.hint)
    return error.exit_code


def _usage(error: TyperException, err: Screen) -> int:
    """What the parser refused; it knows which command it was about."""
    message = error.format_message().strip().replace(*_NO_NUMBER)
    for line in (message or "it cannot be done like this").splitlines():
        err.say(*([] if line.startswith("\t") else [Part("Error: ", Style.BAD)]), line)
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "healthcheck"
    err.say(Part("Hint: ", Style.STRONG), f"{command} --help")
    return ExitCode.USAGE


def _bug(error: Exception, argv: Sequence[str], err: Screen, environ: Mapping[str, str]) -> int:
    text = details(error, argv, environ)
    file = keep(text, environ)
    err.say(Part("Error: ", Style.BAD), f"a fault of ours, sorry: {type(error).__name__}")
    if file is None:
        err.raw(text)
    else:
        err.say(Part("Hint: ", Style.STRONG), f"the details are in {file}, without secrets; please report them")
    return ExitCode.BUG


def _silence() -> None:
    """Nothing can be written any more, and the interpreter's last flush shall not complain of it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
