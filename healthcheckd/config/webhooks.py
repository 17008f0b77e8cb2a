"""`[[webhooks]]`: each read by its keys, then what only several of them can get wrong."""

from collections.abc import Collection

from healthcheckd.config.documents import Entry
from healthcheckd.config.keys import WEBHOOK
from healthcheckd.config.reading import Fields, Reader
from healthcheckd.settings import WebhookSettings


def read_webhooks(entries: list[Entry], gateways: Collection[str], reader: Reader) -> tuple[WebhookSettings, ...]:
    """Those that can be used, in the order of the file. `gateways` are all names that are written."""
    found: dict[str, WebhookSettings] = {}
    for entry in entries:
        reader.require(entry, WEBHOOK)
        fields = reader.fields(entry.body, WEBHOOK)
        _check_gateways(entry, fields, gateways, reader)
        name = str(fields.get("name", ""))
        if name in found:
            where = entry.body["name"]
            reader.faults.add(where.origin, where.name, name, f"is the name of another webhook: {found[name].origin}")
        elif {"name", "url", "secret"} <= fields.keys():
            found[name] = WebhookSettings(**fields, origin=entry.origin)  # type: ignore[arg-type]
    return tuple(found.values())


def _check_gateways(entry: Entry, fields: Fields, gateways: Collection[str], reader: Reader) -> None:
    wanted = fields.get("gateways", ())
    for name in wanted if isinstance(wanted, tuple) else ():
        if name not in gateways:
            where = entry.body["gateways"]
            reader.faults.add(where.origin, where.name, where.value, f"there is no gateway called {name}")
