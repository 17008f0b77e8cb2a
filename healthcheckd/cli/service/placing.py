"""Where the program lies, and where a unit that hides homes can see it."""

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import msgspec

from healthcheckd import __version__
from healthcheckd.cli.service.steps import Run, Step
from healthcheckd.errors import Refused

PREFIX = Path("/opt/healthcheckd")
HIDDEN = (Path("/home"), Path("/root"), Path("/run/user"), Path("/tmp"), Path("/var/tmp"))  # noqa: S108
"""ProtectHome= and PrivateTmp= of the unit."""

SYSTEM_PYTHONS = (Path("/usr/bin/python3"), Path("/usr/local/bin/python3"))
EXTRAS = {"web": "python-socketio", "channels": "apprise"}


def visible(path: Path) -> bool:
    return not any(hidden in path.parents for hidden in HIDDEN)


def installed_program() -> Path | None:
    """Our own daemon, where the unit sees it and the interpreter that it runs on; None where it must be placed."""
    program = Path(sys.executable).parent / "healthcheckd"
    interpreter = Path(sys.executable).resolve()
    return program if program.exists() and visible(program) and visible(interpreter) and not _editable() else None


def placing(prefix: Path) -> list[Step]:
    """An environment of its own on the system's Python. Raises `Refused` where there is none that serves."""
    python = next((one for one in SYSTEM_PYTHONS if one.exists() and _serves(one)), None)
    if python is None:
        version = ".".join(map(str, sys.version_info[:2]))
        what = f"the unit cannot see Python {version} at {sys.executable}, and the system has none from 3.11 on"
        raise Refused(what, hint="sudo apt-get install python3 python3-venv")
    pip = str(prefix / "bin" / "pip")
    return [Run((str(python), "-m", "venv", str(prefix))), Run((pip, "install", "-q", source()))]


def source() -> str:
    """What pip is to install: the folder or archive that this program was installed from, else this version of it; with
    the extras that are here."""
    origin = _origin()
    if origin and not Path(origin).is_dir():
        return origin
    extras = ",".join(extra for extra, package in EXTRAS.items() if _present(package))
    wanted = f"[{extras}]" if extras else ""
    return f"{origin}{wanted}" if origin else f"healthcheckd{wanted}=={__version__}"


def _origin() -> str:
    """By `direct_url.json` (PEP 610), which pip writes for what came from no index."""
    if not _present("healthcheckd"):
        return str(Path(__file__).parents[3])
    url = str(_direct_url().get("url", ""))
    return url.removeprefix("file://") if url.startswith("file://") else ""


def _editable() -> bool:
    """A checkout, which the unit may not see, and which may change under the daemon."""
    info = _direct_url().get("dir_info") if _present("healthcheckd") else {"editable": True}
    return isinstance(info, dict) and bool(info.get("editable"))


def _direct_url() -> dict[str, object]:
    written = distribution("healthcheckd").read_text("direct_url.json")
    return msgspec.json.decode(written or "{}", type=dict[str, object])


def _present(package: str) -> bool:
    try:
        distribution(package)
    except PackageNotFoundError:
        return False
    return True


def _serves(python: Path) -> bool:
    asked = "import sys, venv; sys.exit(sys.version_info < (3, 11))"
    words = [str(python), "-c", asked]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0  # noqa: S603  # words of ours
