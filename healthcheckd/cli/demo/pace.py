"""How fast the demonstration runs: simulated hours in seconds, and the daemon's own times to match."""

from collections.abc import Mapping
from dataclasses import dataclass

from healthcheckd.cli.demo.kinds import Kind

_SIMULATED_SECONDS = 28_800.0
"""Eight hours: the long outage of the cast becomes Critical after six and ends after seven."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`lasts` is how long the demonstration runs, in seconds."""

    lasts: float

    @property
    def speed(self) -> float:
        """Simulated seconds in a second."""
        return _SIMULATED_SECONDS / self.lasts

    def real(self, hours: float) -> float:
        """Seconds that so many simulated hours take."""
        return hours * 3600 / self.speed


_TEMPLATE = """\
# Made by healthcheck demo: times are shortened, so that {speed:,.0f} seconds pass in one.
[daemon]
name = "demo"
database = "healthcheckd.db"
[control]
socket = "control.sock"
[operator]
email = ["operator@example.com"]
[health]
critical_after = {six_hours}
stuck_after = "5 seconds"
settle = "1 second"
confirm = "200 ms"
reopen_within = {half_an_hour}
unreachable_after = "10 seconds"
flap_window = {six_hours}
[sweep]
wait = "2 seconds"
[reconnect]
after = "1 second"
base = "2 seconds"
cap = "10 seconds"
steady_after = {an_hour}
[blast]
window = "1 second"
pause = "2 seconds"
[notify]
operator_after = "5 seconds"
action_required_after = "2 seconds"
collect = "2 seconds"
operator_per_hour = 60
owner_per_hour = 60
[email]
service = "smtp"
host = "127.0.0.1"
port = {mail_port}
security = "none"
from = "healthcheckd@example.com"
support = "support@example.com"
[self_test]
every = "20 seconds"
[jobs]
whatsapp-health-check = "every 2 seconds"
[[gateways]]
name = "demo"
kind = "{kind.name}"
url = "{gateway}"
{kind.opens}
{accounts}
"""


def configuration(pace: Pace, kind: Kind, gateway: str, mail_port: int, owners: Mapping[str, str]) -> str:
    """The daemon's file. A blip may last as long as a look takes, so settling is not scaled all the way down."""
    accounts = (
        f'[[accounts]]\nid = "demo/{session}"\nowner_email = "{address}"\n' for session, address in owners.items()
    )
    return _TEMPLATE.format(
        speed=pace.speed,
        half_an_hour=_length(pace.real(0.5)),
        an_hour=_length(pace.real(1)),
        six_hours=_length(pace.real(6)),
        mail_port=mail_port,
        kind=kind,
        gateway=gateway,
        accounts="".join(accounts),
    )


def _length(seconds: float) -> str:
    return f'"{seconds:.3f} s"'
