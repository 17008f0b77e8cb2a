"""The first schema, as SQL.

Instants are UTC text `YYYY-MM-DDTHH:MM:SS.mmmZ`, durations seconds, lists and maps JSON text, truths 0 or 1.
"""

from healthcheckd.store.schema.accounts import ACCOUNTS
from healthcheckd.store.schema.blasts import BLASTS
from healthcheckd.store.schema.calm import CALM
from healthcheckd.store.schema.deliveries import DELIVERIES
from healthcheckd.store.schema.gateways import GATEWAYS
from healthcheckd.store.schema.history import HISTORY
from healthcheckd.store.schema.owed import OWED
from healthcheckd.store.schema.work import WORK

FIRST = (GATEWAYS, ACCOUNTS, HISTORY, BLASTS, OWED, DELIVERIES, WORK, CALM)
