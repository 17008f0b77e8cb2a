"""Adapters, one per kind of gateway, and the one list of them."""

from collections.abc import Callable

from healthcheckd.gateways.evolution import EvolutionGateway
from healthcheckd.gateways.gowa import GowaGateway
from healthcheckd.gateways.http import CONCURRENCY
from healthcheckd.gateways.meta import MetaGateway
from healthcheckd.gateways.waha import WahaGateway
from healthcheckd.gateways.wppconnect import WppconnectGateway
from healthcheckd.gateways.wuzapi import WuzapiGateway
from healthcheckd.gateways.wwebjs import WwebjsGateway
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.gateway import Gateway
from healthcheckd.settings import GatewaySettings

KINDS: dict[str, Callable[[GatewaySettings, Clock, int], Gateway]] = {
    "waha": WahaGateway,
    "wwebjs": WwebjsGateway,
    "gowa": GowaGateway,
    "wuzapi": WuzapiGateway,
    "evolution": EvolutionGateway,
    "wppconnect": WppconnectGateway,
    "meta": MetaGateway,
}


def build(settings: GatewaySettings, clock: Clock, concurrency: int = CONCURRENCY) -> Gateway:
    """The adapter for a configured gateway, that makes so many requests at once. Connects to nothing yet; its kind was
    checked with the configuration."""
    return KINDS[settings.kind](settings, clock, concurrency)
