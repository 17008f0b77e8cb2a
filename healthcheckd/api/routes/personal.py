"""The rights that people have in what is kept of them."""

from healthcheckd.api.calls import Call, Route
from healthcheckd.domain.reports.accounts import ChangeReport
from healthcheckd.ports.control import Everything

_ONE = "/personal/accounts/{gateway}/{session:.+}"


async def everything(call: Call) -> object:
    return await call.control.personal.everything(call.addressed(), call.caller)


async def forget(call: Call) -> object:
    return await call.control.personal.forget(call.addressed(), call.caller)


ROUTES = (
    Route(
        "GET",
        _ONE,
        everything,
        summary="All that is kept of an account, also of one that was removed",
        query=(),
        answers=Everything,
    ),
    Route(
        "DELETE",
        _ONE,
        forget,
        changes=True,
        summary="Forget whose account it was; its intervals stay under a pseudonym",
        query=(),
        answers=ChangeReport,
    ),
)
