"""Channels whose messages travel by a gateway, or an account, of ours: which of them cannot be used now."""

import sqlite3
from collections.abc import Mapping

from healthcheckd.domain.accounts import parse_id
from healthcheckd.domain.incidents import Scope


def barred(connection: sqlite3.Connection, carriers: Mapping[str, str]) -> Mapping[str, str]:
    """By channel, why not."""
    return {channel: why for channel, via in carriers.items() if (why := _trouble(connection, via))}


def _trouble(connection: sqlite3.Connection, via: str) -> str:
    account = parse_id(via)
    subjects = [(Scope.GATEWAY, account.gateway if account else via), *([(Scope.ACCOUNT, via)] if account else [])]
    for scope, subject in subjects:
        row = connection.execute(
            "SELECT 1 FROM incidents WHERE scope = ? AND subject = ? AND ended_at IS NULL", (scope, subject)
        ).fetchone()
        if row is not None:
            return f"{subject}, which carries the message, is in trouble"
    return ""
