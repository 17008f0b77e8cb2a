"""The unit and its companions: the promises made in them, and systemd's own opinion where it can be asked."""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from configparser import RawConfigParser
from pathlib import Path

import pytest

from healthcheckd.errors import ExitCode
from healthcheckd.settings import DaemonSettings

SYSTEMD = Path(__file__).parents[2] / "systemd"
UNIT = SYSTEMD / "healthcheckd.service"
DROP_IN = SYSTEMD / "healthcheckd.service.d" / "10-local.conf.example"
HIGHEST_EXPOSURE = 1.4

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")

REQUIRED = {
    "Type": "notify",
    "NotifyAccess": "main",
    "ExecStart": "/opt/healthcheckd/bin/healthcheckd --config /etc/healthcheckd/healthcheckd.toml",
    "ExecReload": "/bin/kill -HUP $MAINPID",
    "Restart": "on-failure",
    "User": "healthcheckd",
    "Group": "healthcheckd",
    "UMask": "0027",
    "StateDirectory": "healthcheckd",
    "StateDirectoryMode": "0750",
    "RuntimeDirectory": "healthcheckd",
    "RuntimeDirectoryMode": "0750",
    "ConfigurationDirectory": "healthcheckd",
    "EnvironmentFile": "-/etc/healthcheckd/healthcheckd.env",
    "ProtectSystem": "strict",
    "NoNewPrivileges": "yes",
}


class LastOneWins(RawConfigParser):
    """systemd's files repeat keys and mind their case."""

    def __init__(self) -> None:
        super().__init__(strict=False, interpolation=None, delimiters=("=",), comment_prefixes=("#", ";"))

    def optionxform(self, optionstr: str) -> str:
        return optionstr


def section(text: str, name: str) -> Mapping[str, str]:
    parser = LastOneWins()
    parser.read_string(text)
    return parser[name]


def seconds(span: str) -> int:
    number, unit = re.split(r"(?<=\d)(?=[a-z])", span)
    return int(number) * {"s": 1, "min": 60}[unit]


def uncommented(text: str) -> str:
    return re.sub(r"^#(?=[A-Z]\w+=)", "", text, flags=re.MULTILINE)


def run(command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def verify(unit: Path) -> subprocess.CompletedProcess[str]:
    return run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", unit])


@pytest.fixture
def service() -> Mapping[str, str]:
    return section(UNIT.read_text(), "Service")


@pytest.fixture
def startable(tmp_path: Path) -> Path:
    """The unit as it would be where the program is installed: its commands exist."""
    copy = tmp_path / UNIT.name
    copy.write_text(re.sub(r"^(Exec\w+)=\S+", rf"\1={shutil.which('true')}", UNIT.read_text(), flags=re.MULTILINE))
    return copy


@pytest.mark.parametrize(("key", "value"), REQUIRED.items())
def test_the_unit_keeps_its_promise(service: Mapping[str, str], key: str, value: str) -> None:
    assert service[key] == value


def test_a_faulty_configuration_is_not_started_again_and_again(service: Mapping[str, str]) -> None:
    assert int(service["RestartPreventExitStatus"]) == int(ExitCode.CONFIGURATION)


def test_systemd_waits_longer_than_the_daemon_takes_to_drain(service: Mapping[str, str]) -> None:
    assert seconds(service["TimeoutStopSec"]) > DaemonSettings().grace.total_seconds()


def test_restarts_never_reach_the_start_limit(service: Mapping[str, str]) -> None:
    assert seconds(service["RestartSec"]) * 5 > 10


def test_a_hung_daemon_is_noticed(service: Mapping[str, str]) -> None:
    assert 0 < seconds(service["WatchdogSec"]) <= 120


def test_callers_at_the_socket_keep_their_names(service: Mapping[str, str]) -> None:
    assert "PrivateUsers" not in service
    assert "DynamicUser" not in service


def test_the_network_stays_open(service: Mapping[str, str]) -> None:
    assert {"AF_UNIX", "AF_INET", "AF_INET6"} == set(service["RestrictAddressFamilies"].split())
    assert "PrivateNetwork" not in service
    assert "IPAddressDeny" not in service


def test_the_example_drop_in_changes_nothing_until_edited() -> None:
    assert not section(DROP_IN.read_text(), "Service")
    assert not section(DROP_IN.read_text(), "Unit")


def test_the_user_and_its_group_are_the_ones_the_unit_runs_as(service: Mapping[str, str]) -> None:
    lines = (SYSTEMD / "healthcheckd.sysusers.conf").read_text().splitlines()
    kind, name, *_ = next(line for line in lines if not line.startswith("#")).split()
    assert (kind, name) == ("u", service["User"])


@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_unit(startable: Path) -> None:
    answer = verify(startable)
    assert UNIT.name not in answer.stderr
    assert answer.returncode == 0


@needs_systemd
def test_systemd_knows_every_setting_of_the_example_drop_in(startable: Path) -> None:
    folder = startable.with_name(DROP_IN.parent.name)
    folder.mkdir()
    drop_in = folder / DROP_IN.stem
    drop_in.write_text(uncommented(DROP_IN.read_text()))
    assert section(drop_in.read_text(), "Service")["LoadCredential"]
    assert DROP_IN.stem not in verify(startable).stderr


@needs_systemd
def test_the_unit_exposes_little(startable: Path) -> None:
    answer = run(["systemd-analyze", "security", "--offline=true", "--no-pager", startable])
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", answer.stdout)
    assert found, answer.stderr
    assert float(found[1]) <= HIGHEST_EXPOSURE
