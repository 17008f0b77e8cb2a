"""Single steps: each can be shown as one would type it, and taken."""

import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from healthcheckd.cli.service.owners import Owner, owner_ids
from healthcheckd.errors import HealthcheckError

_LAST_WORDS = 2000


class Step(Protocol):
    """`take` may be repeated: what is done already is left as it is. Raises `HealthcheckError`."""

    def shown(self) -> str: ...

    def take(self, root: Path) -> None: ...


@dataclass(frozen=True, slots=True)
class Run:
    """A command; what it says is shown only when it fails."""

    words: tuple[str, ...]

    def shown(self) -> str:
        return shlex.join(self.words)

    def take(self, root: Path) -> None:
        answer_of(*self.words)


@dataclass(frozen=True, slots=True)
class Folder:
    path: Path
    mode: int
    owner: Owner

    def shown(self) -> str:
        return f"install -d {self.owner.words(self.mode)} {self.path}"

    def take(self, root: Path) -> None:
        place = below(root, self.path)
        place.mkdir(parents=True, exist_ok=True)
        _give(place, self.mode, self.owner, root)


@dataclass(frozen=True, slots=True)
class Write:
    """A file with this content; with `once`, only where there is none."""

    path: Path
    text: str
    mode: int
    owner: Owner
    source: str
    once: bool = False

    def shown(self) -> str:
        unless = f"test -e {self.path} || " if self.once else ""
        return f"{unless}install -D {self.owner.words(self.mode)} {self.source} {self.path}"

    def take(self, root: Path) -> None:
        place = below(root, self.path)
        if self.once and place.exists():
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        new = place.with_name(f"{place.name}.new")
        new.touch(0o600)
        new.write_text(self.text, encoding="utf-8")
        _give(new, self.mode, self.owner, root)
        new.replace(place)


@dataclass(frozen=True, slots=True)
class Link:
    path: Path
    target: Path

    def shown(self) -> str:
        return f"ln -sf {self.target} {self.path}"

    def take(self, root: Path) -> None:
        place = below(root, self.path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.symlink_to(self.target)


@dataclass(frozen=True, slots=True)
class Remove:
    """A file, a link, or a folder with all that is in it; nothing where there is none."""

    path: Path

    def shown(self) -> str:
        return f"rm -rf {self.path}"

    def take(self, root: Path) -> None:
        place = below(root, self.path)
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)


def answer_of(*words: str) -> str:
    """What a command says. Raises `HealthcheckError` when it fails, with its last words as the hint."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603  # words of ours
    except OSError as error:
        raise HealthcheckError(f"{words[0]} cannot be run: {(error.strerror or '').lower()}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise HealthcheckError(f"{shlex.join(words)} ended with {done.returncode}", hint=said[-_LAST_WORDS:])
    return done.stdout


def below(root: Path, path: Path) -> Path:
    """Where an absolute path lies in the tree of another root."""
    return root / path.relative_to("/")


def _give(place: Path, mode: int, owner: Owner, root: Path) -> None:
    try:
        os.chown(place, *owner_ids(owner, root))
    except PermissionError as error:
        raise HealthcheckError("this takes root", where=str(place), hint="sudo healthcheck service install") from error
    place.chmod(mode)
