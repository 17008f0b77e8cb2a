"""The languages letters are written in: one catalogue each."""

from collections.abc import Mapping

from healthcheckd.notify.languages import en, es, pt_br
from healthcheckd.notify.languages.catalogue import RESTRICTED, Catalogue, Remedy

CATALOGUES: Mapping[str, Catalogue] = {"en": en.CATALOGUE, "pt_BR": pt_br.CATALOGUE, "es": es.CATALOGUE}
"""By language code with an underscore. A language is one folder and one line here."""

DEFAULT = "en"


def nearest(code: str) -> str | None:
    """The language there are texts for that a reader of `code` understands: `pt` and `pt-PT` read `pt_BR`."""
    wanted = code.replace("-", "_").lower()
    exact = (known for known in CATALOGUES if known.lower() == wanted)
    related = (known for known in CATALOGUES if known.partition("_")[0] == wanted.partition("_")[0])
    return next(exact, None) or next(related, None)


__all__ = ["CATALOGUES", "DEFAULT", "RESTRICTED", "Catalogue", "Remedy", "nearest"]
