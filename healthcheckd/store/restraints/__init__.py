"""What can keep back a due notice: one small rule in each module, asked in order; the first that speaks decides."""

from collections.abc import Callable
from datetime import datetime

from healthcheckd.domain.notices import Ruling
from healthcheckd.store.grouping import Due
from healthcheckd.store.restraints.outlook import Outlook
from healthcheckd.store.terms import Terms

Restraint = Callable[[Due, Outlook, Terms, datetime], Ruling | None]
"""A rule on one due notice, by what we know of the world, under the terms in force, now. None: nothing against it."""
