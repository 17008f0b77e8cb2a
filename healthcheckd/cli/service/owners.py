"""Whose a file is to be, looked up in the tree that it goes to."""

from dataclasses import dataclass
from pathlib import Path

from healthcheckd.errors import HealthcheckError

ID_FIELD = 2


@dataclass(frozen=True, slots=True)
class Owner:
    user: str = "root"
    group: str = "root"

    def words(self, mode: int) -> str:
        """As `install` takes them."""
        return f"-o {self.user} -g {self.group} -m {mode:04o}"


ROOT = Owner()


def owner_ids(owner: Owner, root: Path) -> tuple[int, int]:
    """Raises `HealthcheckError` for a name that the tree does not know."""
    return _id(owner.user, root / "etc/passwd"), _id(owner.group, root / "etc/group")


def _id(name: str, book: Path) -> int:
    if name == "root":
        return 0
    for line in book.read_text(encoding="utf-8").splitlines():
        fields = line.split(":")
        if fields[0] == name and len(fields) > ID_FIELD:
            return int(fields[ID_FIELD])
    raise HealthcheckError(f"there is no {name}", where=str(book), hint="systemd-sysusers healthcheckd.conf")
