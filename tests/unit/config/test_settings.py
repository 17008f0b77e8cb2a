"""The settings themselves: frozen, complete by default, and silent about secrets."""

from dataclasses import FrozenInstanceError, fields

import pytest

from healthcheckd.config.keys import LISTS, TABLES
from healthcheckd.domain.policy import HealthPolicy, NoticePolicy, ReconnectPolicy
from healthcheckd.settings import (
    GatewaySettings,
    HealthSettings,
    JobsSettings,
    NotifySettings,
    ReconnectSettings,
    Secret,
    Settings,
)


def test_a_secret_shows_itself_to_nobody() -> None:
    secret = Secret("s3cr3t")
    gateway = GatewaySettings("main", "waha", "http://x", api_key=secret, headers={"X-Key": secret}, proxy=secret)
    shown = [
        str(secret),
        repr(secret),
        f"{secret}",
        f"{secret!r:>10}",
        repr(gateway),
        repr([secret]),
        str(Settings(gateways=(gateway,))),
    ]
    assert not any("s3cr3t" in text for text in shown)
    assert secret.reveal() == "s3cr3t"


def test_secrets_are_compared_by_what_they_hold() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert not Secret("")
    assert len({Secret("a"), Secret("a")}) == 1


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().health.proof = "off"  # type: ignore[misc]


def test_every_job_has_a_cadence() -> None:
    assert list(JobsSettings().cadences) == [
        "whatsapp-health-check",
        "daily-message-counter-reset",
        "inactive-client-cleanup",
    ]


@pytest.mark.parametrize(
    ("settings", "policy"),
    [
        (HealthSettings(), HealthPolicy()),
        (ReconnectSettings(), ReconnectPolicy()),
        (NotifySettings(), NoticePolicy()),
    ],
    ids=["health", "reconnect", "notices"],
)
def test_the_rules_have_the_same_defaults(settings: object, policy: object) -> None:
    shared = {field.name for field in fields(settings)} & {field.name for field in fields(policy)}  # type: ignore[arg-type]
    assert len(shared) >= 4
    assert {name: getattr(settings, name) for name in shared} == {name: getattr(policy, name) for name in shared}


@pytest.mark.parametrize(("name", "table"), (TABLES | LISTS).items())
def test_every_key_fills_a_field_and_every_field_has_a_key(name: str, table: object) -> None:
    derived = {"enabled", "origin", "stated", "api_key_file", "basic_password_file"} - (
        {"enabled"} if name == "accounts" else set()
    )
    spec = (TABLES | LISTS)[name]
    assert {spec.attribute(key) for key in spec.keys} == {field.name for field in fields(spec.type)} - derived
