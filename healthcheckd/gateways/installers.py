"""The one list of the gateways in which a hook can be set from here, and why not in the others."""

from collections.abc import Callable, Mapping

from healthcheckd.gateways.evolution_install import EvolutionInstaller
from healthcheckd.gateways.wuzapi_install import WuzapiInstaller
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.hooks import Installer
from healthcheckd.settings import GatewaySettings

INSTALLERS: Mapping[str, Callable[[GatewaySettings, Clock], Installer]] = {
    "evolution": EvolutionInstaller,
    "wuzapi": WuzapiInstaller,
}

BY_HAND: Mapping[str, str] = {
    "waha": "WAHA restarts a session whose webhooks are changed, and no session is restarted for this",
    "wwebjs": "wwebjs-api reads its webhook when its process starts, and has no call for it",
    "gowa": "GOWA reads its webhook when its process starts, and has no call for it",
    "wppconnect": "WPPConnect takes a webhook from its configuration, or when a session is started",
    "meta": "an app of Meta has one callback for all its accounts, and another would take over what is posted there",
}
