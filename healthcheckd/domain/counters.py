"""Counting messages against an account's daily limit."""

QUOTA_STEPS = (100, 80)
"""Percent of the daily limit at which somebody is told."""


def quota_reached(before: int, after: int, limit: int | None) -> int | None:
    """The highest step that was crossed on the way from `before` to `after`; None without a limit, or between steps."""
    if not limit:
        return None
    return next((step for step in QUOTA_STEPS if before * 100 < step * limit <= after * 100), None)
