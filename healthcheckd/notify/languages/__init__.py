"""The languages letters are written in: one catalogue each."""

from collections.abc import Mapping

from healthcheckd.notify.languages import en
from healthcheckd.notify.languages.catalogue import RESTRICTED, Catalogue, Remedy

CATALOGUES: Mapping[str, Catalogue] = {"en": en.CATALOGUE}
"""By language code with an underscore, as in `pt_BR`. A language is one file and one line here."""

DEFAULT = "en"

__all__ = ["CATALOGUES", "DEFAULT", "RESTRICTED", "Catalogue", "Remedy"]
