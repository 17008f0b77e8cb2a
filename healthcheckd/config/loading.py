"""The whole configuration: files, `.env` and environment become settings, or every fault at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from healthcheckd.config.accounts import read_accounts
from healthcheckd.config.channels import read_channels
from healthcheckd.config.documents import Entry, Source, read
from healthcheckd.config.email import Mail
from healthcheckd.config.environment import assemble, overlay
from healthcheckd.config.exposure import file_warnings
from healthcheckd.config.faults import Faults
from healthcheckd.config.gateways import read_gateways
from healthcheckd.config.keys import TABLES
from healthcheckd.config.locating import absolute, candidates, default_paths, dotenvs, places
from healthcheckd.config.maintenance import read_maintenance
from healthcheckd.config.people import People, check_named
from healthcheckd.config.reading import Reader
from healthcheckd.config.rules import check_rules
from healthcheckd.config.webhooks import read_webhooks
from healthcheckd.errors import ConfigurationError, Fault
from healthcheckd.settings import Settings


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, what is worth a word all the same, and the files that they come from."""

    settings: Settings
    warnings: tuple[str, ...]
    files: tuple[Path, ...]


def load(path: Path | None, environ: Mapping[str, str]) -> Loaded:
    """Raises ConfigurationError with every fault. Without a file, the environment alone must name a gateway."""
    path = absolute(path) if path else None
    faults = Faults()
    environment = assemble(_trusted(path), environ, faults)
    source = read(path, faults) if path else Source()
    faults += source.unread
    overlay(source, environment)
    if path is None and not source.lists["gateways"]:
        raise _nothing_found(environ)
    settings = _settings(source, Reader(environment, faults), default_paths(path, environ))
    check_rules(settings, source, faults)
    faults.refuse()
    dotenv_files = tuple(dict.fromkeys(environment.files.values()))
    return Loaded(settings, tuple(file_warnings(path, source, dotenv_files)), (*source.files, *dotenv_files))


def _trusted(path: Path | None) -> list[Path]:
    return [place.path for place in dotenvs(path) if not place.ignored]


def _settings(source: Source, reader: Reader, paths: tuple[Path, Path]) -> Settings:
    """With defaults for all that could not be read; whoever calls refuses the faults that were noted."""
    fields = {name: reader.fields(source.tables.get(name, {}), table) for name, table in TABLES.items()}
    fields["daemon"].setdefault("database", paths[0])
    fields["control"].setdefault("socket", paths[1])
    mail = Mail(source.tables.get("email", {}), reader.faults).settle(fields.pop("email"))
    gateways = source.lists["gateways"]
    accounts = read_accounts(source.lists["accounts"], _names(gateways), reader)
    channels = read_channels(source.lists["channels"], _names(gateways), reader)
    people = People(reader, _names(gateways), _names(source.lists["channels"]), {one.name: one for one in channels})
    contacts = people.read(source.lists["contacts"])
    check_named(accounts, source.lists["accounts"], _names(source.lists["contacts"]), reader)
    return Settings(
        **{name: TABLES[name].type(**values) for name, values in fields.items()},
        email=mail,
        gateways=read_gateways(gateways, reader),
        accounts=accounts,
        channels=channels,
        contacts=contacts,
        webhooks=read_webhooks(source.lists["webhooks"], _names(gateways), reader),
        maintenance=read_maintenance(source.lists["maintenance"], _names(gateways), reader),
    )


def _names(entries: list[Entry]) -> set[str]:
    """As written, so that an account of a gateway with faults is not called homeless."""
    return {str(entry.body["name"].value) for entry in entries if "name" in entry.body}


def _nothing_found(environ: Mapping[str, str]) -> ConfigurationError:
    looked = [f"{place.path} is ignored: {place.ignored}" for place in candidates(environ) if place.ignored]
    where = ", ".join(str(place) for place in places(environ))
    message = "; ".join(["there is no configuration file, and GATEWAY_URL is not set", *looked, f"looked for {where}"])
    return ConfigurationError([Fault("", "", "", message)], hint="healthcheck init")
