"""Brazilian Portuguese."""

from healthcheckd.notify.languages.catalogue import Catalogue
from healthcheckd.notify.languages.pt_br.meta import META
from healthcheckd.notify.languages.pt_br.phrases import CHECKS, PHRASES, TIPS
from healthcheckd.notify.languages.pt_br.plurals import PLURALS
from healthcheckd.notify.languages.pt_br.remedies import REMEDIES

CATALOGUE = Catalogue(PHRASES, PLURALS, REMEDIES, TIPS, {"meta": META}, CHECKS)
