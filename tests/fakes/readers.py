"""The three who use it: an agency, a company with a pager, and a shop, each with its fleet and its settings."""

from dataclasses import replace
from datetime import timedelta

from healthcheckd.domain.contacts import Role
from healthcheckd.domain.cron import Cadence
from healthcheckd.settings import (
    AccountSettings,
    ChannelSettings,
    ContactSettings,
    EmailSettings,
    GatewaySettings,
    JobsSettings,
    OperatorSettings,
    Secret,
    Settings,
)
from tests.fakes.month import account_ids
from tests.fakes.troubles import Fleet, Truth

OPS = "ops@example.com"
ONCALL = "oncall"
PAGED = ("gateway_down", "mass", "mass_fall", "job_failed", "channel_failed")
MAIL = EmailSettings(enabled=True, service="smtp", host="127.0.0.1", security="none", sender="hc@example.com")

AGENCY = Fleet(gateways=3, sessions=300, noweb=2, outages=0.34, logouts=1)
COMPANY = Fleet(gateways=40, sessions=12_000, noweb=4, outages=0.5, logouts=2)
SHOP = Fleet(gateways=1, sessions=1, noweb=0, outages=0.1, restarts=4.0, often=3.0)


def agency(truth: Truth) -> Settings:
    """Four of five accounts have an owner; everything else is as it comes."""
    owned = [one for number, one in enumerate(account_ids(truth)) if number % 5]
    accounts = tuple(
        AccountSettings(str(one), owner_email=(f"{one.session}@example.com",), stated=frozenset({"id", "owner_email"}))
        for one in owned
    )
    return replace(_base(truth), operator=OperatorSettings((OPS,)), accounts=accounts)


def company(truth: Truth, cadence: Cadence) -> Settings:
    """The pager for what concerns many and is no restart, a digest for the rest."""
    contacts = (
        ContactSettings(ONCALL, "pager", role=Role.OPERATOR, kinds=PAGED, after=timedelta(minutes=5)),
        ContactSettings("sre", address=OPS, role=Role.OPERATOR, kinds=("digest",)),
    )
    return replace(
        _base(truth),
        jobs=JobsSettings(whatsapp_health_check=cadence),
        operator=OperatorSettings(digest=Cadence("0 8 * * *", cron="0 8 * * *")),
        channels=(ChannelSettings("pager", "pagerduty", key=Secret("routing-key")),),
        contacts=contacts,
    )


def shop(truth: Truth) -> Settings:
    return replace(_base(truth), operator=OperatorSettings((OPS,)))


def _base(truth: Truth) -> Settings:
    gateways = tuple(GatewaySettings(name, "waha", f"http://127.0.0.1/{name}") for name in truth.sessions)
    return Settings(email=MAIL, gateways=gateways)
