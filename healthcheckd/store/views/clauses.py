"""Conditions on accounts that several reports share, each said once."""

from healthcheckd.domain.advice import FOR_A_PERSON

LISTED = "removed_at IS NULL"
"""Accounts that people still know of."""

WATCHED = f"active = 1 AND {LISTED}"
"""Accounts that are looked at."""

TITLE = "coalesce(nullif(name, ''), nullif(gateway_name, ''), session)"
"""What people call an account, as `Account.title` says it."""

SINCE = (
    "coalesce(offline_since, (SELECT started_at FROM incidents WHERE id = incident AND ended_at IS NULL), stale_since)"
)
"""When an account's present trouble began."""

_CAUSES = ", ".join(f"'{cause}'" for cause in sorted(FOR_A_PERSON))
NEEDS_PERSON = (
    "(active = 1 AND health <> 'Healthy' AND health <> 'Unknown' AND ledger <> 'excluded'"
    " AND connection <> 'Unreachable'"
    f" AND coalesce(cause, '') <> 'gateway_down' AND (health = 'Critical' OR coalesce(cause, '') IN ({_CAUSES})))"
)
"""What waits for a person. Accounts behind a silent gateway do not: the gateway itself does. Written so that the index
of those that are not well serves it."""

UNPROVEN = "(connection = 'Connected' AND (proof_failures > 0 OR proof_at IS NULL))"

GRADE = "CASE health WHEN 'Critical' THEN 0 WHEN 'Warning' THEN 1 WHEN 'Unknown' THEN 2 ELSE 3 END"
"""Worst first."""
