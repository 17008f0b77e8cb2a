"""Tokens in use that will soon be worth nothing."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from shlex import quote

from healthcheckd.api.limits import Latest
from healthcheckd.api.tokens import Token
from healthcheckd.domain.durations import format_duration

logger = logging.getLogger(__name__)

AHEAD = timedelta(days=7)
AGAIN = timedelta(days=1)

SHORT_LIVED = timedelta(days=1)
"""A token made for no longer is renewed by a program, and nobody needs to be told."""

_MOST_SUBJECTS = 100


class Expiries:
    """Told of once a day for each subject. A newer token of the same subject ends it."""

    def __init__(self) -> None:
        self._told_at: Latest[list[datetime]] = Latest(list, _MOST_SUBJECTS)
        self._soon: dict[str, datetime] = {}

    def note(self, token: Token, now: datetime) -> None:
        """A good token that was shown."""
        if not _ends_soon(token, now):
            self._soon.pop(token.subject, None)
            return
        if token.subject in self._soon or len(self._soon) < _MOST_SUBJECTS:
            self._soon[token.subject] = token.expires_at
        told_at = self._told_at[token.subject]
        if told_at and now - told_at[0] < AGAIN:
            return
        told_at[:] = [now]
        told = {"action": "token_expires", "user": token.subject, "expires_at": token.expires_at.isoformat()}
        logger.warning("%s", _sentence(token.subject, token.expires_at, now), extra=told)

    def warnings(self, now: datetime) -> Iterator[str]:
        """Of tokens that were used since the daemon runs."""
        self._soon = {subject: at for subject, at in self._soon.items() if at > now - AHEAD}
        for subject, at in sorted(self._soon.items()):
            yield _sentence(subject, at, now)


def _ends_soon(token: Token, now: datetime) -> bool:
    short_lived = token.issued_at is not None and token.expires_at - token.issued_at <= SHORT_LIVED
    return token.expires_at - now <= AHEAD and not short_lived


def _sentence(subject: str, at: datetime, now: datetime) -> str:
    cure = f"healthcheck token issue --sub {quote(subject)}"
    if at <= now:
        return f"the token of {subject} has expired on {at:%Y-%m-%d %H:%M} UTC: {cure}"
    left = format_duration(timedelta(minutes=max(1, (at - now) // timedelta(minutes=1))))
    return f"the token of {subject} expires in {left}, on {at:%Y-%m-%d %H:%M} UTC: {cure}"
