"""What no key can get wrong alone."""

from collections.abc import Iterator
from importlib.util import find_spec

from healthcheckd.config.documents import Body, Source, Written
from healthcheckd.config.doors import door_faults
from healthcheckd.config.faults import Faults
from healthcheckd.config.keys import TABLES, Key
from healthcheckd.domain.contacts import Role
from healthcheckd.domain.durations import format_duration
from healthcheckd.settings import Origin, Secret, Settings


def check_rules(settings: Settings, source: Source, faults: Faults) -> None:
    """Note each broken rule at the place where its key is written; unless what is written there is wrong by itself."""
    told = {fault.key for fault in faults}
    for table, key, message in (*_order(settings), *_operator(settings), *_metrics(settings), *door_faults(settings)):
        body: Body = source.tables.get(table, {})
        written = body.get(key)
        origin = written.origin if written else Origin(str(source.files[0]) if source.files else "environment")
        name = written.name if written else f"{table}.{key}"
        if not told & {name, f"{name}_file"}:
            faults.add(origin, name, _value(written, TABLES[table].keys[key]), message)


def _value(written: Written | None, key: Key) -> object:
    """As it may be shown."""
    if written is None:
        return None
    return Secret("") if key.secret else written.value


def _order(settings: Settings) -> Iterator[tuple[str, str, str]]:
    reconnect, notify = settings.reconnect, settings.notify
    pairs = (
        ("reconnect", "cap", reconnect.cap, "base", reconnect.base),
        ("reconnect", "cap", reconnect.cap, "blast.pause", settings.blast.pause),
        ("notify", "retry_cap", notify.retry_cap, "retry_base", notify.retry_base),
    )
    for table, key, value, other, least in pairs:
        if value < least:
            is_, bound = format_duration(value), format_duration(least)
            yield table, key, f"is {is_}, and must not be less than {other}, which is {bound}"
    if list(notify.reminders) != sorted(set(notify.reminders)):
        yield "notify", "reminders", "must grow from one to the next"


def _operator(settings: Settings) -> Iterator[tuple[str, str, str]]:
    told = settings.operator.email or any(one.role is Role.OPERATOR for one in settings.contacts)
    if (settings.email.enabled or settings.channels) and not told:
        what = "mail is on" if settings.email.enabled else "there is a channel"
        yield "operator", "email", f'is required once {what} (OPERATOR_EMAIL, or a [[contacts]] with role = "operator")'


def _metrics(settings: Settings) -> Iterator[tuple[str, str, str]]:
    if not settings.metrics.listen:
        return
    if not settings.metrics.token:
        yield "metrics", "token", "is required once metrics.listen is set (token_file)"
    if find_spec("prometheus_client") is None:
        yield "metrics", "listen", "needs prometheus_client, which is missing: pip install 'healthcheckd[web]'"
