"""A home, a system folder and a current folder of our own."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

GATEWAY = '[[gateways]]\nname = "main"\nkind = "waha"\nurl = "http://127.0.0.1:3000"\n'
ANA = 4711


@dataclass(frozen=True)
class Machine:
    """`become` chooses who calls; whatever `put` writes belongs to Ana."""

    home: Path
    system: Path
    here: Path
    become: Callable[[int], None]

    @property
    def environ(self) -> dict[str, str]:
        return {"HOME": str(self.home), "XDG_RUNTIME_DIR": str(self.home / "run")}

    @property
    def user_file(self) -> Path:
        return self.home / ".config" / "healthcheckd" / "healthcheckd.toml"

    @property
    def system_file(self) -> Path:
        return self.system / "healthcheckd.toml"

    def put(self, file: Path, text: str = GATEWAY, mode: int = 0o640) -> Path:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)
        if os.getuid() == 0:
            os.chown(file, ANA, -1)
        return file
