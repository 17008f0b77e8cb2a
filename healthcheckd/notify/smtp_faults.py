"""What a failed step of SMTP means: whose fault it is, in one sentence, and what helps."""

import ssl
from base64 import b64encode
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from aiosmtplib import SMTPException, SMTPResponseException

from healthcheckd.errors import DeliveryError, DeliveryScope
from healthcheckd.notify.foreign import clean
from healthcheckd.settings import EmailSettings

TLS_PORT = 465
Found = TypeVar("Found", bound=BaseException)
_CLOSING = 421
_LOGIN_NEEDED = 530
_OUR_FAULT = ("authenticat", "relay")
"""Words by which a server refuses a recipient because of us, not because there is no such address."""


class Step(StrEnum):
    """Where in the dialogue it happened."""

    TRUST = "reading email.ca_file"
    CONNECT = "connecting"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    LOGIN = "login"
    SENDER = "MAIL FROM"
    RECIPIENT = "RCPT TO"
    DATA = "DATA"


_FIRST_WORDS = frozenset({Step.CONNECT, Step.EHLO})
"""What is not SMTP gives itself away here."""


@dataclass(frozen=True, slots=True)
class Blame:
    """Turns what went wrong at one server into `DeliveryError`s."""

    settings: EmailSettings

    @property
    def where(self) -> str:
        return f"email server {self.settings.host}:{self.settings.port}"

    def failed(self, step: Step, error: Exception) -> DeliveryError:
        if isinstance(error, SMTPResponseException) and error.code > 0:
            return self._refused(step, error.code, self.words(error.message))
        if certificate := _caused_by(error, ssl.SSLCertVerificationError):
            return self._untrusted(certificate)
        if step is Step.TRUST:
            return self.channel(f"cannot read the certificates in {self.settings.ca_file}: {error}", "email.ca_file")
        if _caused_by(error, ssl.SSLError):
            return self._not_tls(step)
        if isinstance(error, TimeoutError):
            return self._silent(step)
        if step is Step.DATA:
            return self._unknown(self.words(str(error)))
        return self._odd(step, error)

    def _odd(self, step: Step, error: Exception) -> DeliveryError:
        """No answer that SMTP knows."""
        if isinstance(error, SMTPResponseException) and step in _FIRST_WORDS:
            return self._not_smtp(self.words(error.message))
        if step is Step.LOGIN and type(error) is SMTPException:
            return self.channel("offers no login that we know", "remove SMTP_USER, or use the server's submission port")
        return self.channel(f"{step} failed: {self.words(_reason(error))}", self._connect_hint(step))

    def channel(self, what: str, hint: str = "") -> DeliveryError:
        return DeliveryError(what, scope=DeliveryScope.CHANNEL, permanent=False, where=self.where, hint=hint)

    def recipient(self, what: str, *, permanent: bool, hint: str = "") -> DeliveryError:
        return DeliveryError(what, scope=DeliveryScope.RECIPIENT, permanent=permanent, where=self.where, hint=hint)

    def message(self, what: str) -> DeliveryError:
        return DeliveryError(what, scope=DeliveryScope.MESSAGE, permanent=False, where=self.where)

    def words(self, text: str) -> str:
        """The server's own words, without our password, should it repeat it."""
        for secret in self._secrets():
            text = text.replace(secret, "****")
        return clean(text, 200)

    def _secrets(self) -> tuple[str, ...]:
        """The password as it is, and as the login puts it on the wire."""
        password = self.settings.password.reveal() if self.settings.password else ""
        if not password:
            return ()
        plain = f"\0{self.settings.username}\0{password}"
        return password, b64encode(password.encode()).decode(), b64encode(plain.encode()).decode()

    def _refused(self, step: Step, code: int, words: str) -> DeliveryError:
        answer = f"{code} {words}"
        if code == _CLOSING:
            return self.channel(f"is closing: {answer}")
        if step is Step.RECIPIENT:
            return self._recipient_refused(code, answer)
        if step is Step.DATA:
            return self.message(f"did not take the message: {answer}") if code >= 400 else self._unknown(answer)
        if step is Step.LOGIN:
            return self.channel(f"did not accept the login of {self.settings.username}: {answer}", self._login_hint())
        if step is Step.SENDER:
            return self._sender_refused(code, answer)
        return self.channel(f"refused {step}: {answer}")

    def _recipient_refused(self, code: int, answer: str) -> DeliveryError:
        """A 5xx is for ever, unless it says that it is about us: that gets mended, and the address is a good one."""
        if code == _LOGIN_NEEDED and not self.settings.username:
            return self.channel(f"does not take mail from us: {answer}", self._submission_hint())
        if code == _LOGIN_NEEDED or any(word in answer.lower() for word in _OUR_FAULT):
            what = f"does not take mail from us for this recipient: {answer}"
            return self.recipient(what, permanent=False, hint=self._submission_hint())
        return self.recipient(f"does not take mail for this recipient: {answer}", permanent=code >= 500)

    def _sender_refused(self, code: int, answer: str) -> DeliveryError:
        what = f"does not take mail from {self.settings.sender}: {answer}"
        if code == _LOGIN_NEEDED and not self.settings.username:
            return self.channel(what, self._submission_hint())
        return self.channel(what, "set EMAIL_FROM to an address that this login may use")

    def _untrusted(self, error: ssl.SSLCertVerificationError) -> DeliveryError:
        reason = clean(error.verify_message or str(error))
        return self.channel(
            f"its certificate is not trusted: {reason}",
            'set email.ca_file = "/path/to/ca.pem", or SMTP_HOST to the name in the certificate',
        )

    def _not_tls(self, step: Step) -> DeliveryError:
        if step is Step.CONNECT:
            return self.channel("does not speak TLS from the start", 'set email.security = "starttls"')
        return self.channel("the encrypted connection could not be made", "openssl s_client -starttls smtp")

    def _not_smtp(self, words: str) -> DeliveryError:
        """`words` is the library's remark, and what the server said."""
        said = words.removeprefix("Malformed SMTP response line:").strip()
        hint = "check SMTP_HOST and SMTP_PORT: another service answers there"
        return self.channel(f'is no mail server: it says "{said}"', hint)

    def _silent(self, step: Step) -> DeliveryError:
        seconds = f"{self.settings.timeout.total_seconds():g}"
        if step is Step.DATA:
            return _unclear(self.channel("did not say whether it took the message, so it is sent again"))
        return self.channel(f"did not answer within {seconds} seconds ({step})", self._connect_hint(step))

    def _unknown(self, words: str) -> DeliveryError:
        return _unclear(self.message(f"gave no clear answer to the message, so it is sent again: {words}"))

    def _connect_hint(self, step: Step) -> str:
        if step is not Step.CONNECT:
            return ""
        if self.settings.port == TLS_PORT and self.settings.security != "tls":
            return 'port 465 speaks TLS from the start: set email.security = "tls"'
        return "check SMTP_HOST and SMTP_PORT, and that no firewall is in between"

    def _login_hint(self) -> str:
        if self.settings.host == "smtp.gmail.com":
            return "Gmail takes an app password in SMTP_PASS, not the account's own"
        return "check SMTP_USER and SMTP_PASS"

    def _submission_hint(self) -> str:
        if self.settings.username:
            return f"check what {self.settings.username} may send"
        return "this port asks for a login: set SMTP_USER and SMTP_PASS"


def _caused_by(error: BaseException | None, kind: type[Found]) -> Found | None:
    """The first of that kind in the chain of causes."""
    while error is not None:
        if isinstance(error, kind):
            return error
        error = error.__cause__
    return None


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _unclear(error: DeliveryError) -> DeliveryError:
    error.unclear = True
    return error
