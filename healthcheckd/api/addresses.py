"""Who is calling, as an address: the peer's, or what a proxy that is trusted says it is."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_MOST_HOPS = 32


class Proxies:
    """Networks whose word is taken on whom they speak for."""

    def __init__(self, networks: Iterable[str]) -> None:
        self._networks: tuple[Network, ...] = tuple(map(ip_network, networks))

    def caller(self, peer: str, forwarded: Sequence[str]) -> str:
        """The nearest hop that is no proxy of ours: what stands before it in `X-Forwarded-For`, anybody can write.
        `forwarded` are the header's lines as they came."""
        found = _address(peer)
        hops = [hop for line in forwarded for hop in line.split(",")][-_MOST_HOPS:]
        while found is not None and hops and self._trusts(found):
            before = _address(hops.pop())
            if before is None:
                break
            found = before
        return "" if found is None else str(found)

    def trusts(self, address: str) -> bool:
        found = _address(address)
        return found is not None and self._trusts(found)

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def household(address: str) -> str:
    """What one caller can have many of counts as one: the addresses of an IPv6 network of 64 bits."""
    found = _address(address)
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else address


def _address(text: str) -> Address | None:
    """Without the port that some proxies add, or brackets, or the zone of a link."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (isinstance(found, IPv6Address) and found.ipv4_mapped) or found
