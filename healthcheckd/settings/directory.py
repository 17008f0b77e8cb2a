"""The contacts of a configuration as the rules of routing want them."""

import unicodedata
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from healthcheckd.domain.contacts import Contact
from healthcheckd.domain.matching import Reach
from healthcheckd.domain.notices import GOOD_NEWS, NoticeKind
from healthcheckd.domain.routing import Directory, Route, plain_operators
from healthcheckd.settings import ContactSettings, Settings

ALARMS = frozenset(
    {
        NoticeKind.OFFLINE,
        NoticeKind.ACTION_REQUIRED,
        NoticeKind.ESCALATION,
        NoticeKind.GATEWAY_DOWN,
        NoticeKind.MASS_FALL,
        NoticeKind.JOB_FAILED,
        NoticeKind.CHANNEL_FAILED,
    }
)
"""What a pager is told unless something else is stated: what has an end."""


def directory_of(settings: Settings) -> Directory:
    """A contact says more of an operator than its bare address, and so comes first."""
    routes = (*_routes(settings), *plain_operators(settings.operator.email))
    named = {unicodedata.normalize("NFC", one.id): one.contacts for one in settings.accounts if one.contacts}
    carriers = {channel.name: channel.via for channel in settings.channels if channel.via}
    return Directory(routes, named, carriers, _pagers(settings))


def _routes(settings: Settings) -> Iterator[Route]:
    pagers = _pagers(settings)
    for one in settings.contacts:
        yield Route(
            _contact(one, one.channel in pagers),
            one.role,
            Reach(one.accounts, one.gateways, one.tags, one.customers),
            one.labels,
            one.quiet_hours,
            ZoneInfo(one.time_zone or settings.daemon.time_zone),
        )


def _pagers(settings: Settings) -> frozenset[str]:
    return frozenset(channel.name for channel in settings.channels if channel.pages)


def _contact(one: ContactSettings, pager: bool) -> Contact:
    """An alert that a pager was given it must be told the end of."""
    kinds = frozenset(one.kinds)
    if pager:
        kinds = (kinds or ALARMS) | GOOD_NEWS
    address = one.address or one.name
    return Contact(address, one.name, one.channel, one.language, one.time_zone, one.after, kinds)
