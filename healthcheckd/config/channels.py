"""`[[channels]]`: each read by its keys, then what only several keys, or several channels, can get wrong."""

from collections.abc import Collection, Iterator, Mapping
from importlib.util import find_spec

from healthcheckd.config import urls
from healthcheckd.config.apprise_urls import understood
from healthcheckd.config.documents import Entry
from healthcheckd.config.faults import suggest
from healthcheckd.config.keys import CHANNEL
from healthcheckd.config.reading import Reader
from healthcheckd.config.values import Wrong
from healthcheckd.domain.accounts import parse_id
from healthcheckd.settings import PAGERS, ChannelSettings

PLACEHOLDERS = frozenset({"phone", "address"})
_RESERVED = "email"
_Wrong = Iterator[tuple[str, str, str]]


def read_channels(entries: list[Entry], gateways: Collection[str], reader: Reader) -> tuple[ChannelSettings, ...]:
    """Those that can be used, in the order of the file. `gateways` are all names that are written."""
    found: dict[str, ChannelSettings] = {}
    for entry in entries:
        reader.require(entry, CHANNEL)
        before = len(reader.faults)
        fields = reader.fields(entry.body, CHANNEL)
        if "name" not in fields:
            continue
        channel = ChannelSettings(**fields, origin=entry.origin)  # type: ignore[arg-type]
        for key, message, hint in (*_name(channel, found), *_target(channel, entry), *_via(channel, gateways)):
            where = entry.body.get(key)
            origin, name = (where.origin, where.name) if where else (entry.origin, entry.called(key))
            reader.faults.add(origin, name, None, message, hint)
        if len(reader.faults) == before:
            found[channel.name] = channel
    return tuple(found.values())


def _name(channel: ChannelSettings, found: Mapping[str, ChannelSettings]) -> _Wrong:
    if channel.name == _RESERVED:
        yield "name", "is the channel of [email]: choose another", ""
    if channel.name in found:
        yield "name", f"is the name of another channel: {found[channel.name].origin}", ""


def _target(channel: ChannelSettings, entry: Entry) -> _Wrong:
    """What cannot be read was noted before; here only what is missing, or does not belong."""
    if channel.kind in PAGERS:
        if not {"key", "key_file"} & entry.body.keys():
            yield "key", f"is required for {channel.kind} (key_file)", ""
        if channel.url and (message := _no_web(channel.url.reveal())):
            yield _written(entry, "url"), message, ""
        return
    if {"key", "key_file"} & entry.body.keys():
        yield _written(entry, "key"), f"is only for {' and '.join(PAGERS)}: it belongs into url", ""
    if not {"url", "url_file"} & entry.body.keys():
        yield "url", "is required (url_file)", ""
    if channel.url:
        yield from _apprise(channel, _written(entry, "url"))


def _apprise(channel: ChannelSettings, key: str) -> _Wrong:
    if unknown := channel.placeholders - PLACEHOLDERS:
        yield key, f"may hold {{phone}} or {{address}}, not {{{min(unknown)}}}", ""
    elif find_spec("apprise") is None:
        yield key, "needs apprise, which is not installed", "pip install 'healthcheckd[channels]'"
    elif channel.url and not understood(channel.url.reveal()):
        yield key, "is no URL that apprise understands", "see https://github.com/caronc/apprise/wiki"


def _via(channel: ChannelSettings, gateways: Collection[str]) -> _Wrong:
    account = parse_id(channel.via)
    gateway = account.gateway if account else channel.via
    if gateway and gateway not in gateways:
        yield "via", f"there is no gateway named {gateway}", suggest(gateway, sorted(gateways))


def _no_web(url: str) -> str:
    try:
        urls.gateway_url(url)
    except Wrong as error:
        return str(error)
    return ""


def _written(entry: Entry, key: str) -> str:
    """By which of its two names a secret is written."""
    return key if key in entry.body else f"{key}_file"
