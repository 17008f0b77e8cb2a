"""The form of a language's texts."""

from collections.abc import Mapping
from dataclasses import dataclass

RESTRICTED = "restricted"
"""Has a remedy as causes have: the account is connected, and WhatsApp holds it back."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What one cause means and what mends it.

    `action` ends a headline after a colon, `operator_action` that of whoever runs the gateway; `happened` explains;
    `steps` are for the owner, who has the phone, `operator_steps` for the operator. A step may hold `{open_qr}`,
    `{helper}` and `{until}`.
    """

    label: str
    action: str
    operator_action: str
    happened: str
    steps: tuple[str, ...]
    operator_steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All texts of one language. Placeholders are those of `str.format`.

    `plurals` maps a key to one text for each of the language's plural forms (CLDR: `one`, `other`, …).
    `remedies` has every cause and `RESTRICTED`, and nothing else. `elsewhere` has remedies of their own for each
    alert-only kind of gateway; a cause that is missing there is told as `unknown`. `checks` says what to look at
    where many accounts fell together, by what they share: `gateway`, `engine`, `label`, `network` (our own),
    `everything` (all gateways, and nobody knows whether it is our network) or `outside` (all, and it is not).
    """

    phrases: Mapping[str, str]
    plurals: Mapping[str, Mapping[str, str]]
    remedies: Mapping[str, Remedy]
    tips: Mapping[str, str]
    elsewhere: Mapping[str, Mapping[str, Remedy]]
    checks: Mapping[str, tuple[str, ...]]
