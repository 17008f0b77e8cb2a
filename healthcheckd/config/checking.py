"""What is allowed, and still worth a word: `config check` prints it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from healthcheckd.config.doors import door_warnings
from healthcheckd.config.urls import is_loopback
from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.cron import spacing
from healthcheckd.domain.routing import Place
from healthcheckd.settings import AccountSettings, GatewaySettings, Settings, WebhookSettings
from healthcheckd.settings.directory import directory_of

SHORT = 16


def check(settings: Settings) -> list[str]:
    """One sentence each, the weightiest first."""
    warnings = [*_telling(settings), *_accounts(settings), *_mail(settings), *_times(settings), *_hooks(settings)]
    warnings += door_warnings(settings)
    warnings += [warning for gateway in settings.gateways for warning in _gateway(gateway)]
    return warnings + [warning for webhook in settings.webhooks for warning in _webhook(webhook)]


def _telling(settings: Settings) -> Iterator[str]:
    if not settings.gateways:
        yield "there is no gateway, so nothing is watched: write a [[gateways]]"
    if settings.daemon.mode == "watch":
        yield 'daemon.mode is "watch": nothing is sent and nothing is reconnected'
    directory = directory_of(settings)
    if not directory.of_everything():
        yield "there is no operator: nobody hears of a silent gateway or of an account without owner (operator.email)"
    if not settings.email.enabled:
        who = "who is to be told by mail is not" if settings.channels else "nobody is told of anything"
        yield f"mail is off: {who} (email.service, or EMAIL_SERVICE and SMTP_HOST)"
    used = {route.contact.channel for route in directory.routes}
    yield from (f"channel {one.name} is used by no contact" for one in settings.channels if one.name not in used)


def _accounts(settings: Settings) -> Iterator[str]:
    without = [one.id for one in settings.accounts if one.enabled is not False and not _owned(one, settings)]
    if without:
        shown = ", ".join(without[:5]) + (", …" if len(without) > 5 else "")
        noun = "account has" if len(without) == 1 else "accounts have"
        yield f"{len(without)} {noun} no owner in this file; the operator is told instead: {shown}"
    listed = {account.gateway for account in settings.accounts}
    for gateway in settings.gateways:
        if gateway.discover == "listed" and gateway.name not in listed:
            yield f'gateway {gateway.name} has discover = "listed" and no account is listed for it'


def _owned(account: AccountSettings, settings: Settings) -> bool:
    """As far as this file tells: tags and customer may stand elsewhere."""
    if account.owner_email:
        return True
    labels = next((one.labels for one in settings.gateways if one.name == account.gateway), {})
    place = Place(AccountId(account.gateway, account.session), account.customer or "", account.tags or (), labels)
    return bool(directory_of(settings).audience(place).owners)


def _mail(settings: Settings) -> Iterator[str]:
    mail = settings.email
    if not mail.enabled:
        return
    if mail.security == "none" and not is_loopback(mail.host):
        yield f"mail to {mail.host} goes unencrypted{', password included' if mail.password else ''} (email.security)"
    if mail.sender.rpartition("@")[2].rstrip(".") in {"example.com", "example.org", "example.net", "yourapp.com"}:
        yield f"email.from is still an example: {mail.sender}"
    if not mail.support:
        yield "email.support is not set: a mail cannot say whom to ask for help"


def _times(settings: Settings) -> Iterator[str]:
    between = spacing(settings.jobs.whatsapp_health_check)
    if between > settings.health.critical_after:
        yield "accounts are checked less often than health.critical_after: they turn Critical at their second look"
    if settings.jobs.jitter * 2 > between:
        yield "jobs.jitter is longer than half the time between two health checks"
    reconnect = settings.reconnect
    if reconnect.per_hour > reconnect.per_day:
        yield "reconnect.per_hour has no effect: reconnect.per_day is lower"
    if reconnect.per_minute > reconnect.per_minute_total:
        yield "reconnect.per_minute has no effect: reconnect.per_minute_total is lower"


def _hooks(settings: Settings) -> Iterator[str]:
    secrets = {gateway.name: gateway.hook_secret for gateway in settings.gateways if gateway.hook_secret}
    if settings.hooks.listen and not secrets:
        yield "hooks.listen has no effect: no gateway has a hook_secret"
    if secrets and not settings.hooks.listen:
        yield f"hook_secret of gateway {min(secrets)} has no effect: hooks.listen is not set"
    for name, secret in secrets.items():
        if len(secret.reveal()) < SHORT:
            yield f"gateway {name}: hook_secret is shorter than {SHORT} characters, and so may be guessed"


def _gateway(gateway: GatewaySettings) -> Iterator[str]:
    where, url = f"gateway {gateway.name}", urlsplit(gateway.url)
    if url.scheme == "http" and not is_loopback(url.hostname or "") and (gateway.api_key or gateway.basic_password):
        yield f"{where}: the key is sent unencrypted over http:// to {url.hostname}"
    if not (gateway.api_key or gateway.basic_password or gateway.headers):
        yield f"{where} has no api_key: whoever reaches it controls every session"
    if not gateway.tls_verify:
        yield f"{where}: tls_verify is off, so anybody on the way can read the key"
    if url.scheme == "http" and (gateway.ca_file or gateway.client_cert):
        yield f"{where} has certificates configured, but its url is http://"


def _webhook(webhook: WebhookSettings) -> Iterator[str]:
    where, url = f"webhook {webhook.name}", urlsplit(webhook.place)
    if url.scheme == "http" and not is_loopback(url.hostname or ""):
        yield f"{where}: what it is told goes unencrypted over http:// to {url.hostname}"
    if len(webhook.secret.reveal()) < SHORT:
        yield f"{where}: secret is shorter than {SHORT} characters, and so may be guessed"
