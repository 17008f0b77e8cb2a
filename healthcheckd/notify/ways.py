"""Every kind of channel there is beside mail, and what makes one."""

from collections.abc import Callable, Mapping

from healthcheckd.notify.channels import AppriseChannel
from healthcheckd.notify.pagers import opsgenie, pagerduty
from healthcheckd.ports.channel import Channel
from healthcheckd.settings import ChannelSettings

WAYS: Mapping[str, Callable[[ChannelSettings], Channel]] = {
    "apprise": AppriseChannel,
    "pagerduty": pagerduty,
    "opsgenie": opsgenie,
}


def build_channel(settings: ChannelSettings) -> Channel:
    return WAYS[settings.kind](settings)
