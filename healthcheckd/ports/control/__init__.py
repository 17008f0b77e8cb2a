"""What the faces (API, later the dashboard) ask of the daemon, split by who asks.

Every name that a person gives may be unknown (`UnknownName`); what is understood and not done is `Refused`.
A command says who asked, and leaves one row in the audit trail, whatever became of it.
"""

from dataclasses import dataclass

from healthcheckd.ports.control.accounts import AccountCommands, PairingReport, Profile, Verb
from healthcheckd.ports.control.calling import Caller, Span
from healthcheckd.ports.control.calm import IncidentControl, IncidentFilter, SilenceControl
from healthcheckd.ports.control.channels import ChannelControl
from healthcheckd.ports.control.drills import DrillControl
from healthcheckd.ports.control.jobs import JobControl, Order, Progress, Triggered
from healthcheckd.ports.control.operation import (
    BackedUp,
    EventStream,
    GatewayCommands,
    HoldControl,
    HookInstalled,
    HookReport,
    MailControl,
    MessageCounters,
    Reloaded,
    TooSlow,
    Upkeep,
)
from healthcheckd.ports.control.personal import Everything, PersonalData
from healthcheckd.ports.control.reading import NoticeFilter, Views
from healthcheckd.ports.control.webhooks import Again, WebhookControl

__all__ = [
    "AccountCommands",
    "Again",
    "BackedUp",
    "Caller",
    "ChannelControl",
    "Control",
    "DrillControl",
    "EventStream",
    "Everything",
    "GatewayCommands",
    "HoldControl",
    "HookInstalled",
    "HookReport",
    "IncidentControl",
    "IncidentFilter",
    "JobControl",
    "MailControl",
    "MessageCounters",
    "NoticeFilter",
    "Order",
    "PairingReport",
    "PersonalData",
    "Profile",
    "Progress",
    "Reloaded",
    "SilenceControl",
    "Span",
    "TooSlow",
    "Triggered",
    "Upkeep",
    "Verb",
    "Views",
    "WebhookControl",
]


@dataclass(frozen=True, slots=True)
class Control:
    """All of it, as the faces get it."""

    jobs: JobControl
    views: Views
    accounts: AccountCommands
    holds: HoldControl
    gateways: GatewayCommands
    messages: MessageCounters
    personal: PersonalData
    mail: MailControl
    upkeep: Upkeep
    events: EventStream
    channels: ChannelControl
    webhooks: WebhookControl
    drills: DrillControl
    incidents: IncidentControl
    silences: SilenceControl
