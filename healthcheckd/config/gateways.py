"""`[[gateways]]`: each read by its keys, then what only several keys, or several gateways, can get wrong."""

from healthcheckd.config.documents import Entry
from healthcheckd.config.keys import GATEWAY
from healthcheckd.config.reading import Fields, Reader
from healthcheckd.settings import GatewaySettings

_PAIRS = (
    ("client_key_file", ("client_cert",)),
    ("basic_user", ("basic_password", "basic_password_file")),
    ("basic_password", ("basic_user",)),
    ("basic_password_file", ("basic_user",)),
)


def read_gateways(entries: list[Entry], reader: Reader) -> tuple[GatewaySettings, ...]:
    """Those that can be used, in the order of the file."""
    found: dict[str, GatewaySettings] = {}
    for entry in entries:
        fields = _fields(entry, reader)
        name = str(fields.get("name", ""))
        if name in found:
            where = entry.body["name"]
            reader.faults.add(where.origin, where.name, name, f"is the name of another gateway: {found[name].origin}")
        elif {"name", "kind", "url"} <= fields.keys():
            found[name] = GatewaySettings(**fields, origin=entry.origin)  # type: ignore[arg-type]
    return tuple(found.values())


def _fields(entry: Entry, reader: Reader) -> Fields:
    reader.require(entry, GATEWAY)
    for name, partners in _PAIRS:
        if name in entry.body and not entry.body.keys() & set(partners):
            written = entry.body[name]
            reader.faults.add(written.origin, written.name, None, f"needs {' or '.join(partners)} beside it")
    return reader.fields(entry.body, GATEWAY)
