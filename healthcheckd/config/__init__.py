"""The configuration: TOML, `.env` and environment become settings, or every fault at once."""

from healthcheckd.config.checking import check
from healthcheckd.config.loading import Loaded, load
from healthcheckd.config.locating import locate
from healthcheckd.config.paths import Paths, locate_paths
from healthcheckd.config.showing import as_data, show

__all__ = ["Loaded", "Paths", "as_data", "check", "load", "locate", "locate_paths", "show"]
