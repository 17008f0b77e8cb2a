"""Tokens that are shown while they still are good, and will not be for long."""

import logging
from datetime import datetime, timedelta
from typing import Protocol

from healthcheckd.api.limits import Latest
from healthcheckd.api.tokens import Token
from healthcheckd.domain.expiring import ends_soon, expiry_sentence
from healthcheckd.errors import StoreError

logger = logging.getLogger(__name__)

AGAIN = timedelta(days=1)
_MOST_SUBJECTS = 100


class TokenBook(Protocol):
    """Keeps which tokens end soon, so that `status` can say it."""

    async def ends(self, subject: str, expires_at: datetime, now: datetime) -> None: ...

    async def renewed(self, subject: str) -> None: ...


class Expiries:
    """Told of once a day for each subject. A newer token of the same subject ends it."""

    def __init__(self, book: TokenBook) -> None:
        self._book = book
        self._told: Latest[list[tuple[datetime, datetime]]] = Latest(list, _MOST_SUBJECTS)

    async def note(self, token: Token, now: datetime) -> None:
        """A good token that was shown."""
        told = self._told[token.subject]
        soon = ends_soon(token.expires_at, token.issued_at, now)
        if told and told[0][0] == token.expires_at and now - told[0][1] < AGAIN:
            return
        told[:] = [(token.expires_at, now)]
        try:
            await self._tell(token, now) if soon else await self._book.renewed(token.subject)
        except StoreError as error:
            logger.warning("It could not be kept that a token ends soon: %s", error, extra={"action": "token_not_kept"})

    async def _tell(self, token: Token, now: datetime) -> None:
        told = {"action": "token_expires", "user": token.subject, "expires_at": token.expires_at.isoformat()}
        logger.warning("%s", expiry_sentence(token.subject, token.expires_at, now), extra=told)
        await self._book.ends(token.subject, token.expires_at, now)
