"""Tokens that are shown while they still are good, and will not be for long."""

import logging
from dataclasses import dataclass
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


@dataclass(slots=True)
class _Known:
    """Of one subject: what the book says of it, if that was ever asked, and when it was last told of."""

    in_book: bool = False
    ends_at: datetime | None = None
    told_at: datetime | None = None


class Expiries:
    """Told of once a day for each subject. A newer token of the same subject ends it."""

    def __init__(self, book: TokenBook) -> None:
        self._book = book
        self._known: Latest[_Known] = Latest(_Known, _MOST_SUBJECTS)

    async def note(self, token: Token, now: datetime) -> None:
        """A good token that was shown."""
        known = self._known[token.subject]
        ends_at = token.expires_at if ends_soon(token.expires_at, token.issued_at, now) else None
        if ends_at is not None and (known.told_at is None or now - known.told_at >= AGAIN):
            known.told_at = now
            _tell(token, now)
        if known.in_book and known.ends_at == ends_at:
            return
        try:
            await self._keep(token.subject, ends_at, now)
            known.in_book, known.ends_at = True, ends_at
        except StoreError as error:
            logger.warning("It could not be kept that a token ends soon: %s", error, extra={"action": "token_not_kept"})

    async def _keep(self, subject: str, ends_at: datetime | None, now: datetime) -> None:
        if ends_at is None:
            await self._book.renewed(subject)
        else:
            await self._book.ends(subject, ends_at, now)


def _tell(token: Token, now: datetime) -> None:
    told = {"action": "token_expires", "user": token.subject, "expires_at": token.expires_at.isoformat()}
    logger.warning("%s", expiry_sentence(token.subject, token.expires_at, now), extra=told)
