"""Which configuration counts, and the paths it implies."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from healthcheckd.config import load, locate, locate_paths
from healthcheckd.errors import ConfigurationError
from tests.integration.config.machine import ANA, GATEWAY, Machine


@contextmanager
def acting_as(user: int) -> Iterator[None]:
    """Really, as the kernel sees it, where the tests are run by root."""
    by_root = os.getuid() == 0
    if by_root:
        os.seteuid(user)
    try:
        yield
    finally:
        if by_root:
            os.seteuid(0)


@pytest.fixture
def everywhere(machine: Machine) -> Machine:
    for file in (machine.here / "healthcheckd.toml", machine.user_file, machine.system_file):
        machine.put(file)
    return machine


def test_the_places_are_asked_in_their_order(everywhere: Machine, tmp_path: Path) -> None:
    named = everywhere.environ | {"HEALTHCHECKD_CONFIG": "named.toml"}
    assert locate(tmp_path / "asked.toml", named) == tmp_path / "asked.toml"
    assert locate(None, named) == everywhere.here / "named.toml"
    for file in (everywhere.here / "healthcheckd.toml", everywhere.user_file, everywhere.system_file):
        assert locate(None, everywhere.environ) == file
        file.unlink()
    assert locate(None, everywhere.environ) is None


def test_a_user_folder_of_another_name_counts(machine: Machine, tmp_path: Path) -> None:
    file = machine.put(tmp_path / "xdg" / "healthcheckd" / "healthcheckd.toml")
    assert locate(None, machine.environ | {"XDG_CONFIG_HOME": str(tmp_path / "xdg")}) == file


def test_root_does_not_use_the_current_folder(everywhere: Machine) -> None:
    everywhere.become(0)
    assert locate(None, everywhere.environ) == everywhere.user_file


def test_a_file_of_somebody_else_in_the_current_folder_does_not_count(everywhere: Machine, ana: int) -> None:
    everywhere.become(ana + 1)
    assert locate(None, everywhere.environ) == everywhere.user_file


def test_a_file_that_others_can_write_does_not_count_in_the_current_folder(everywhere: Machine) -> None:
    (everywhere.here / "healthcheckd.toml").chmod(0o646)
    assert locate(None, everywhere.environ) == everywhere.user_file


def test_a_file_that_another_group_can_write_does_not_count(
    everywhere: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = everywhere.here / "healthcheckd.toml"
    file.chmod(0o660)
    monkeypatch.setattr("os.getegid", lambda: file.stat().st_gid)
    assert locate(None, everywhere.environ) == file
    monkeypatch.setattr("os.getegid", lambda: file.stat().st_gid + 1)
    assert locate(None, everywhere.environ) == everywhere.user_file


def test_root_in_the_system_folder_still_uses_it_as_the_systems(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.put(machine.system_file)
    monkeypatch.chdir(machine.system)
    machine.become(0)
    assert locate(None, machine.environ) == machine.system_file


def test_nothing_found_says_where_it_looked_and_why_not(machine: Machine) -> None:
    here = machine.put(machine.here / "healthcheckd.toml", mode=0o666)
    with pytest.raises(ConfigurationError) as caught:
        load(None, machine.environ)
    assert f"{here} is ignored: others can write it" in str(caught.value)
    assert str(machine.user_file) in str(caught.value)
    assert caught.value.hint == "healthcheck init"


def test_a_system_configuration_implies_the_systems_paths_for_everybody(machine: Machine) -> None:
    machine.put(machine.system_file)
    as_unit = machine.environ | {"STATE_DIRECTORY": "/somewhere", "RUNTIME_DIRECTORY": "/else"}
    for environ in (machine.environ, as_unit, {}):
        paths = locate_paths(machine.system_file, environ)
        assert paths.database == Path("/var/lib/healthcheckd/healthcheckd.db")
        assert paths.socket == Path("/run/healthcheckd/control.sock")


def test_any_other_configuration_implies_the_users_folders(machine: Machine, tmp_path: Path) -> None:
    for path in (machine.put(machine.user_file), machine.put(tmp_path / "x.toml"), None):
        paths = locate_paths(path, machine.environ)
        assert paths.database == machine.home / ".local/state/healthcheckd/healthcheckd.db"
        assert paths.socket == machine.home / "run/healthcheckd/control.sock"


def test_without_a_runtime_folder_the_socket_is_beside_the_database(machine: Machine) -> None:
    environ = machine.environ | {"XDG_RUNTIME_DIR": str(machine.home / "nowhere")}
    assert locate_paths(None, environ).socket == machine.home / ".local/state/healthcheckd/control.sock"


def test_the_runtime_folder_of_somebody_else_is_left_alone(machine: Machine, ana: int) -> None:
    machine.become(ana + 1)
    assert locate_paths(None, machine.environ).socket == machine.home / ".local/state/healthcheckd/control.sock"


def test_daemon_and_cli_find_the_same_paths(machine: Machine) -> None:
    text = f'[daemon]\ndatabase = "db/hc.db"\ntime_zone = "Europe/Berlin"\n[control]\nsocket = "hc.sock"\n{GATEWAY}'
    for file in (machine.put(machine.user_file, text), machine.put(machine.system_file)):
        paths, settings = locate_paths(file, machine.environ), load(file, machine.environ).settings
        assert paths.database == settings.daemon.database
        assert paths.socket == settings.control.socket
        assert paths.time_zone == settings.daemon.time_zone
    assert locate_paths(machine.user_file, machine.environ).database == machine.user_file.parent / "db/hc.db"


def test_paths_need_no_secret_and_no_faultless_file(machine: Machine) -> None:
    faulty = '[health]\nproof = "looky"\nproof = "twice"\n[[gateways]]\napi_key = "${NOT_SET}"\napi_key_file = "none"\n'
    file = machine.put(machine.user_file, f'nonsense = 1\n[daemon]\nname = 7\ndatabase = "x.db"\n{faulty}')
    paths = locate_paths(file, machine.environ)
    assert paths.database == file.parent / "x.db"
    (warning,) = paths.warnings
    assert warning.startswith(f"{file}:1: nonsense: there is no such key")


def test_a_strange_zone_in_somebodys_shell_does_not_hide_the_daemon(machine: Machine) -> None:
    paths = locate_paths(None, machine.environ | {"TZ": "EST5EDT,M3.2.0,M11.1.0"})
    assert paths.time_zone == "UTC"
    assert paths.warnings[0].startswith('environment: TZ = "EST5EDT,M3.2.0,M11.1.0": must be the name of a time zone')


def test_a_folder_that_was_deleted_under_our_feet_is_no_obstacle(
    everywhere: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = everywhere.home / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert locate(None, everywhere.environ) == everywhere.user_file


def test_paths_of_an_included_file_count(machine: Machine) -> None:
    file = machine.put(machine.user_file, 'include = ["conf.d/*.toml"]\n')
    machine.put(file.parent / "conf.d" / "10.toml", '[daemon]\ndatabase = "there.db"\n')
    assert locate_paths(file, machine.environ).database == file.parent / "conf.d" / "there.db"


@pytest.mark.parametrize("text", ["[daemon]\ndatabase = 7\n", "[daemon\n", '[control]\nsocket = "${NOT_SET}"\n'])
def test_paths_that_cannot_be_known_are_refused(machine: Machine, text: str) -> None:
    with pytest.raises(ConfigurationError):
        locate_paths(machine.put(machine.user_file, text), machine.environ)


def test_a_file_that_was_asked_for_must_exist(machine: Machine) -> None:
    for function in (load, locate_paths):
        with pytest.raises(ConfigurationError, match=r"[Nn]o such file"):
            function(machine.here / "missing.toml", machine.environ)


def test_a_file_that_may_not_be_read_still_implies_its_paths(machine: Machine) -> None:
    """As somebody outside the group sees `/etc/healthcheckd`."""
    machine.put(machine.system_file).chmod(0)
    machine.system.chmod(0)
    with acting_as(ANA):
        found = locate_paths(locate(None, machine.environ), machine.environ)
    assert found.socket == Path("/run/healthcheckd/control.sock")
    assert found.warnings == (f"{machine.system_file}: cannot be read: Permission denied",)


def test_finding_the_paths_imports_nothing_heavy() -> None:
    heavy = {"aiohttp", "asyncio", "sqlite3", "jinja2", "rich", "babel", "dotenv", "difflib", "email.message"}
    script = "import sys, healthcheckd.config; print(*sys.modules)"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not heavy & set(found.stdout.split())
