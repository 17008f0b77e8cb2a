"""What a person scans or types."""

import hashlib
import io
from functools import lru_cache

import segno


@lru_cache(maxsize=64)
def qr_png(text: str) -> bytes:
    """A QR code as a picture. Drawn once: some gateways show it with every list."""
    image = io.BytesIO()
    segno.make_qr(text).save(image, kind="png", scale=6)
    return image.getvalue()


def code_to_type(qr: str, phone: str) -> str:
    """Eight signs that belong to the QR code on show and to the phone: `ABCD-1234`."""
    digest = hashlib.sha256(f"{qr}{phone}".encode()).hexdigest().upper()
    return f"{digest[:4]}-{digest[4:8]}"
