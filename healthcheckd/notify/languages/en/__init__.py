"""English."""

from healthcheckd.notify.languages.catalogue import Catalogue
from healthcheckd.notify.languages.en.meta import META
from healthcheckd.notify.languages.en.phrases import CHECKS, PHRASES, TIPS
from healthcheckd.notify.languages.en.plurals import PLURALS
from healthcheckd.notify.languages.en.remedies import REMEDIES

CATALOGUE = Catalogue(PHRASES, PLURALS, REMEDIES, TIPS, {"meta": META}, CHECKS)
