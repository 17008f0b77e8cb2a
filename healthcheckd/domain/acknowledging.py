"""What an operator's "I know" keeps from being told: the operators need no more, and nobody a reminder."""

from healthcheckd.domain.notices import GOOD_NEWS, TOLD_AT_ONCE, NoticeKind, NoticePlan


def still_told(plan: NoticePlan) -> bool:
    """Of an acknowledged incident: what owners hear first, every recovery, and a new cause that is told at once."""
    if plan.kind in GOOD_NEWS:
        return True
    if plan.kind is NoticeKind.ESCALATION and plan.variant in TOLD_AT_ONCE:
        return True
    return not plan.reminder and plan.role == "owner"


def because(who: str) -> str:
    """Why a notice was not sent."""
    return f"acknowledged by {who}"
