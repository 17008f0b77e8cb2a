"""What the faces ask of the daemon, done on the store and the engine in force."""

from healthcheckd.daemon.services.accounts import AccountService
from healthcheckd.daemon.services.backstage import Backstage
from healthcheckd.daemon.services.calm import IncidentService, SilenceService
from healthcheckd.daemon.services.channels import ChannelService
from healthcheckd.daemon.services.drills import DrillService
from healthcheckd.daemon.services.events import EventHub
from healthcheckd.daemon.services.gateways import GatewayService
from healthcheckd.daemon.services.holds import HoldService
from healthcheckd.daemon.services.hooks import HookService
from healthcheckd.daemon.services.jobs import JobService
from healthcheckd.daemon.services.mail import MailService
from healthcheckd.daemon.services.messages import MessageService
from healthcheckd.daemon.services.pairing import PairingDesk
from healthcheckd.daemon.services.personal import PersonalService
from healthcheckd.daemon.services.upkeep import Reload, UpkeepService
from healthcheckd.daemon.services.viewpoint import viewpoint
from healthcheckd.daemon.services.webhooks import WebhookService
from healthcheckd.ports.control import Control
from healthcheckd.store.commanding import AccountBook
from healthcheckd.store.viewing import StoreViews

__all__ = ["Backstage", "EventHub", "HookService", "Reload", "build_control", "viewpoint"]


def build_control(backstage: Backstage, views: StoreViews, reload: Reload, hooks: HookService) -> Control:
    """`views` stay the caller's, to close at the end."""
    book = AccountBook(backstage.store.core, backstage.clock)
    return Control(
        jobs=JobService(backstage, views),
        views=views,
        accounts=AccountService(book, PairingDesk(backstage, views)),
        holds=HoldService(backstage),
        gateways=GatewayService(backstage, reload, hooks),
        messages=MessageService(backstage),
        personal=PersonalService(backstage),
        mail=MailService(backstage),
        upkeep=UpkeepService(backstage, views, reload),
        events=backstage.events,
        channels=ChannelService(backstage, views),
        webhooks=WebhookService(backstage, views),
        drills=DrillService(backstage, views),
        incidents=IncidentService(backstage),
        silences=SilenceService(backstage),
    )
