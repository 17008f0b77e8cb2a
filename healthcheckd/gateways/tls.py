"""TLS towards one gateway: whose certificates are believed, and which one we show."""

import ssl

from healthcheckd.gateways.faults import Faults
from healthcheckd.settings import GatewaySettings


def tls_of(settings: GatewaySettings, faults: Faults) -> ssl.SSLContext | bool:
    """True stands for the system's authorities. Raises `GatewayError` when a file named cannot be used."""
    if settings.tls_verify and not (settings.ca_file or settings.client_cert):
        return True
    context = _believing(settings, faults)
    if settings.client_cert is not None:
        try:
            context.load_cert_chain(settings.client_cert, settings.client_key_file)
        except OSError as error:
            raise faults.unusable(error, str(settings.client_cert), "client_cert and client_key_file") from None
    return context


def _believing(settings: GatewaySettings, faults: Faults) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:
        raise faults.unusable(error, str(settings.ca_file), "ca_file") from None
    if not settings.tls_verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
