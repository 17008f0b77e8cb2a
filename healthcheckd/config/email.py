"""Mail settings: known services fill in host and port; what the port means for encryption."""

from collections.abc import Mapping
from dataclasses import dataclass

from healthcheckd.config.documents import Body
from healthcheckd.config.faults import Faults, suggest
from healthcheckd.config.reading import Fields
from healthcheckd.config.urls import is_loopback
from healthcheckd.settings import EmailSettings, Origin

TLS_PORT = 465
SERVICES: Mapping[str, tuple[str, int]] = {
    "brevo": ("smtp-relay.brevo.com", 587),
    "fastmail": ("smtp.fastmail.com", 465),
    "gmail": ("smtp.gmail.com", 587),
    "icloud": ("smtp.mail.me.com", 587),
    "mailgun": ("smtp.mailgun.org", 587),
    "mailjet": ("in-v3.mailjet.com", 587),
    "office365": ("smtp.office365.com", 587),
    "outlook": ("smtp-mail.outlook.com", 587),
    "postmark": ("smtp.postmarkapp.com", 587),
    "sendgrid": ("smtp.sendgrid.net", 587),
    "yahoo": ("smtp.mail.yahoo.com", 465),
    "zoho": ("smtp.zoho.com", 465),
}
_PLAIN = ("none", "smtp")


@dataclass(frozen=True, slots=True)
class Mail:
    """What is written about mail, and where to note what is wrong with it."""

    body: Body
    faults: Faults

    def settle(self, fields: Fields) -> EmailSettings:
        """Complete what is written. What could not be read was noted before, and counts as not written."""
        service = self._service(fields)
        host, port = SERVICES.get(service, ("", EmailSettings().port))
        whole: Fields = {"host": host, "port": port} | fields | {"service": service, "enabled": service != "none"}
        settings = _settings(whole | {"security": fields.get("security") or _security(whole)})
        if settings.enabled:
            self._check(settings)
        return settings

    def _service(self, fields: Fields) -> str:
        stated = str(fields.get("service", "")).lower()
        if not stated:
            return "smtp" if fields.get("host") else "none"
        if stated not in {*SERVICES, *_PLAIN}:
            self._fault("service", "is no mail service known here", suggest(stated, [*_PLAIN, *SERVICES]))
        return stated

    def _check(self, settings: EmailSettings) -> None:
        if not settings.host and "host" not in self.body and settings.service == "smtp":
            self._fault("host", "is required once mail is on (SMTP_HOST)")
        if not settings.sender and "from" not in self.body:
            self._fault("from", "is required once mail is on (EMAIL_FROM)")
        if settings.port == TLS_PORT and settings.security == "starttls":
            self._fault("security", "cannot be starttls on port 465, which speaks TLS from the start", 'use "tls"')
        if settings.username and not {"password", "password_file"} & self.body.keys():
            self._fault("password", "is required with a username (SMTP_PASS)")
        if settings.password and "username" not in self.body:
            self._fault("username", "is required with a password (SMTP_USER)")

    def _fault(self, key: str, message: str, hint: str = "") -> None:
        written = self.body.get(key)
        origin = written.origin if written else self._nearest()
        name = written.name if written else f"email.{key}"
        self.faults.add(origin, name, written.value if written else None, message, hint)

    def _nearest(self) -> Origin:
        """Where something about mail is written, for what is missing there."""
        return next((written.origin for written in self.body.values()), Origin("environment"))


def _settings(fields: Fields) -> EmailSettings:
    username = str(fields.get("username", ""))
    sender = fields.get("sender") or (username if "@" in username else "")
    return EmailSettings(**fields | {"sender": sender})  # type: ignore[arg-type]  # each field was parsed by its key


def _security(fields: Fields) -> str:
    """TLS from the start on 465; on every other port STARTTLS must succeed, except on this machine itself."""
    if fields["port"] == TLS_PORT:
        return "tls"
    return "none" if is_loopback(str(fields["host"])) else "starttls"
