"""The configuration: TOML, `.env` and environment become settings, or every fault at once."""

from healthcheckd.config.check import check
from healthcheckd.config.loading import Loaded, load
from healthcheckd.config.locate import locate
from healthcheckd.config.paths import Paths, locate_paths
from healthcheckd.config.show import show

__all__ = ["Loaded", "Paths", "check", "load", "locate", "locate_paths", "show"]
