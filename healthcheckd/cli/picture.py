"""The picture of a QR code in a file: whoever sees it can link the number, so only its owner reads it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from healthcheckd.errors import HealthcheckError
from healthcheckd.ports.control import PairingReport


class Picture:
    """At `wanted`, where a person wants it, and stays there; else one of its own for a gateway that has nothing but
    pictures, gone at the end. `path` is None as long as there is none."""

    def __init__(self, wanted: Path | None) -> None:
        self._wanted = wanted
        self.path: Path | None = None

    @contextmanager
    def open(self) -> "Iterator[Picture]":
        try:
            yield self
        finally:
            if self.path and not self._wanted:
                self.path.unlink(missing_ok=True)

    def keep(self, report: PairingReport) -> None:
        """Raises `HealthcheckError` where it cannot be written."""
        if picture := report.qr_png or (_drawn(report.qr_text) if self._wanted and report.qr_text else b""):
            try:
                self.path = self.path or self._wanted or _new_file()
                with open(self.path, "wb", opener=_for_its_owner) as out:
                    out.write(picture)
            except OSError as error:
                where = str(error.filename or self._wanted or tempfile.gettempdir())
                what = f"the picture cannot be written: {error.strerror}"
                raise HealthcheckError(what, where=where, hint="healthcheck pair ACCOUNT --png FILE") from error


def _new_file() -> Path:
    handle, name = tempfile.mkstemp(prefix="healthcheck-pair-", suffix=".png")
    os.close(handle)
    return Path(name)


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _drawn(text: str) -> bytes:
    import io

    import segno

    image = io.BytesIO()
    segno.make(text, micro=False).save(image, kind="png", scale=8)
    return image.getvalue()
