"""Mail: the names of the user's environment, known services, and what a port means."""

from pathlib import Path

import pytest

from healthcheckd.config import load
from healthcheckd.errors import ConfigurationError
from healthcheckd.settings import EmailSettings, Secret

GATEWAY = {"GATEWAY_KIND": "waha", "GATEWAY_URL": "http://127.0.0.1:3000", "OPERATOR_EMAIL": "ops@example.com"}
SMTP = {"EMAIL_SERVICE": "smtp", "SMTP_HOST": "mail.example.com", "EMAIL_FROM": "hc@example.com"}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def mail(**environ: str) -> EmailSettings:
    return load(None, GATEWAY | environ).settings.email


def test_the_users_own_environment_works_as_it_is() -> None:
    settings = mail(
        EMAIL_SERVICE="smtp",
        SMTP_HOST="smtp.gmail.com",
        SMTP_PORT="587",
        SMTP_USER="your-email@gmail.com",
        SMTP_PASS="your-password",
        EMAIL_FROM="noreply@yourapp.com",
        EMAIL_FROM_NAME="WhatsApp CRM",
    )
    assert settings == EmailSettings(
        enabled=True,
        service="smtp",
        host="smtp.gmail.com",
        port=587,
        username="your-email@gmail.com",
        password=Secret("your-password"),
        security="starttls",
        sender="noreply@yourapp.com",
        sender_name="WhatsApp CRM",
    )


def test_a_known_service_fills_in_host_and_port() -> None:
    settings = mail(EMAIL_SERVICE="Gmail", SMTP_USER="a@gmail.com", SMTP_PASS="x")
    assert (settings.host, settings.port, settings.security) == ("smtp.gmail.com", 587, "starttls")
    assert settings.sender == "a@gmail.com"


def test_a_known_service_gives_way_to_what_is_written() -> None:
    settings = mail(EMAIL_SERVICE="gmail", SMTP_HOST="relay.example.com", SMTP_PORT="2525", EMAIL_FROM="a@example.com")
    assert (settings.host, settings.port) == ("relay.example.com", 2525)


def test_a_host_alone_switches_mail_on() -> None:
    assert mail(SMTP_HOST="mail.example.com", EMAIL_FROM="a@example.com").enabled


@pytest.mark.parametrize("environ", [{}, {"EMAIL_SERVICE": "none", "SMTP_HOST": "mail.example.com"}])
def test_mail_is_off_without_a_host_or_when_told_so(environ: dict[str, str]) -> None:
    assert not mail(**environ).enabled


@pytest.mark.parametrize(
    ("host", "port", "security"),
    [
        ("mail.example.com", "465", "tls"),
        ("mail.example.com", "587", "starttls"),
        ("mail.example.com", "25", "starttls"),
        ("127.0.0.1", "1025", "none"),
        ("localhost", "25", "none"),
        ("localhost", "465", "tls"),
        ("::1", "25", "none"),
    ],
)
def test_the_port_says_how_it_is_encrypted(host: str, port: str, security: str) -> None:
    assert mail(**SMTP | {"SMTP_HOST": host, "SMTP_PORT": port}).security == security


def test_no_encryption_is_possible_where_it_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "healthcheckd.toml"
    file.write_text('[operator]\nemail = "o@x.org"\n[email]\nhost = "mail"\nfrom = "a@x.org"\nsecurity = "none"\n')
    assert load(file, {}).settings.email.security == "none"


def test_what_is_missing_is_told_all_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(
            None, {key: value for key, value in GATEWAY.items() if key != "OPERATOR_EMAIL"} | {"EMAIL_SERVICE": "smtp"}
        )
    assert [fault.key for fault in caught.value.faults] == ["email.host", "email.from", "operator.email"]


def test_a_bad_port_is_named_by_its_variable() -> None:
    with pytest.raises(ConfigurationError) as caught:
        mail(**SMTP | {"SMTP_PORT": "smtp"})
    assert str(caught.value) == 'environment: SMTP_PORT = "smtp": must be a whole number from 1 to 65535'


def test_several_operators_fit_into_one_variable() -> None:
    settings = load(None, GATEWAY | {"OPERATOR_EMAIL": "a@example.com, b@example.com,a@example.com"}).settings
    assert settings.operator.email == ("a@example.com", "b@example.com")
