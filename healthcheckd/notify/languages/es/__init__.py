"""Spanish."""

from healthcheckd.notify.languages.catalogue import Catalogue
from healthcheckd.notify.languages.es.meta import META
from healthcheckd.notify.languages.es.phrases import CHECKS, PHRASES, TIPS
from healthcheckd.notify.languages.es.plurals import PLURALS
from healthcheckd.notify.languages.es.remedies import REMEDIES

CATALOGUE = Catalogue(PHRASES, PLURALS, REMEDIES, TIPS, {"meta": META}, CHECKS)
