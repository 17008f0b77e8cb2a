"""What a query may hold, as the routes name it and the API's description tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.selection import Sort


@dataclass(frozen=True, slots=True)
class Parameter:
    """`schema` is of one value; with `many` there may be several, which are alternatives."""

    name: str
    text: str
    schema: Mapping[str, object] = field(default_factory=lambda: {"type": "string"})
    many: bool = False
    required: bool = False


def choice(name: str, text: str, options: Sequence[str], *, many: bool = False) -> Parameter:
    return Parameter(name, text, {"type": "string", "enum": list(options)}, many)


def flag(name: str, text: str) -> Parameter:
    return Parameter(name, text, {"type": "boolean", "default": False})


_WHEN = "`2h` or `3 days` back from now, a date, or an instant such as `2026-01-31T12:00:00Z`"

ACCOUNT = Parameter("account", "`GATEWAY/SESSION`; or a session, name or phone that only one account has.")
SINCE = Parameter("since", f"From then on: {_WHEN}.")
UNTIL = Parameter("until", f"Up to then: {_WHEN}.")
FROM = Parameter("from", f"Where the period begins: {_WHEN}.")
LIMIT = Parameter(
    "limit", "At most so many; 0 is all.", {"type": "integer", "minimum": 0, "maximum": 999_999_999, "default": 100}
)

SELECTORS = (
    Parameter("gateway", "Of this gateway.", many=True),
    Parameter("tag", "With this tag.", many=True),
    Parameter("customer", "Of this customer.", many=True),
    choice("health", "Of this health.", list(Health), many=True),
    choice("connection", "In this state.", list(Connection), many=True),
    choice("cause", "For this cause.", list(Cause), many=True),
    Parameter("since", f"In trouble since then: {_WHEN}."),
    flag("needs-person", "That wait for a person."),
    flag("unproven", "Connected, as far as the gateway says."),
    choice(
        "sort", "What comes first; with `-` before it, last.", [f"{turn}{key}" for key in Sort for turn in ("", "-")]
    ),
    Parameter("limit", "At most so many; 0 is all.", {**LIMIT.schema, "default": 0}),
)
"""Which accounts are meant: the same words as everywhere."""
