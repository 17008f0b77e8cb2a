"""Files that come with the program: templates, the systemd folder, the example configuration."""

from functools import cache
from importlib.resources import files
from pathlib import Path


@cache
def shipped(name: str) -> Path:
    """In an installed package below `data`, in a checkout beside the package."""
    packaged = Path(str(files("healthcheckd"))) / "data" / name
    return packaged if packaged.exists() else Path(__file__).parents[2] / name
