"""The one list of those kinds of gateway that tell things by themselves: all of them."""

from collections.abc import Callable

from healthcheckd.gateways.evolution_hook import EvolutionHook
from healthcheckd.gateways.gowa_hook import GowaHook
from healthcheckd.gateways.meta_hook import MetaHook
from healthcheckd.gateways.waha_hook import WahaHook
from healthcheckd.gateways.wppconnect_hook import WppconnectHook
from healthcheckd.gateways.wuzapi_hook import WuzapiHook
from healthcheckd.gateways.wwebjs_hook import WwebjsHook
from healthcheckd.ports.hooks import Hook
from healthcheckd.settings import GatewaySettings

HOOKS: dict[str, Callable[[GatewaySettings], Hook]] = {
    "waha": WahaHook,
    "wwebjs": WwebjsHook,
    "gowa": GowaHook,
    "wuzapi": WuzapiHook,
    "evolution": EvolutionHook,
    "wppconnect": WppconnectHook,
    "meta": MetaHook,
}


def build_hook(settings: GatewaySettings) -> Hook | None:
    """How a configured gateway pushes; None where no secret is set for it, so that nothing is believed."""
    return HOOKS[settings.kind](settings) if settings.hook_secret else None
