"""Files, `.env` and environment on a real disk: what wins, what is merged, where secrets come from."""

from datetime import timedelta
from pathlib import Path

import pytest

from healthcheckd.config import load, locate_paths
from healthcheckd.errors import ConfigurationError
from healthcheckd.settings import Origin, Secret
from tests.integration.config.machine import GATEWAY, Machine


@pytest.fixture
def file(machine: Machine) -> Path:
    return machine.put(machine.user_file)


def test_dotenv_wins_over_the_file_and_the_environment_over_dotenv(machine: Machine, file: Path) -> None:
    machine.put(file, '[daemon]\ntime_zone = "Europe/Berlin"\n[operator]\nemail = "file@x.org"\n' + GATEWAY)
    assert load(file, {}).settings.daemon.time_zone == "Europe/Berlin"
    machine.put(file.parent / ".env", "TZ=Asia/Tokyo\nOPERATOR_EMAIL=dotenv@x.org\n")
    loaded = load(file, {"TZ": ":America/New_York"})
    assert loaded.settings.daemon.time_zone == "America/New_York"
    assert loaded.settings.operator.email == ("dotenv@x.org",)
    assert loaded.files == (file, file.parent / ".env")


def test_the_dotenv_beside_the_file_wins_over_that_of_the_current_folder(machine: Machine, file: Path) -> None:
    machine.put(machine.here / ".env", "TZ=Asia/Tokyo\nOPERATOR_EMAIL=here@x.org\n")
    machine.put(file.parent / ".env", "TZ=Europe/Berlin\n")
    settings = load(file, {}).settings
    assert (settings.daemon.time_zone, settings.operator.email) == ("Europe/Berlin", ("here@x.org",))


def test_a_system_configuration_does_not_listen_to_the_current_folder(machine: Machine) -> None:
    machine.put(machine.here / ".env", "TZ=Asia/Tokyo\n")
    assert load(machine.put(machine.system_file), {}).settings.daemon.time_zone == "UTC"


def test_a_dotenv_of_somebody_else_is_ignored_and_told(machine: Machine, file: Path, ana: int) -> None:
    dotenv = machine.put(machine.here / ".env", "TZ=Asia/Tokyo\n")
    machine.become(ana + 1)
    loaded = load(file, {})
    assert loaded.settings.daemon.time_zone == "UTC"
    assert loaded.warnings == (f"{dotenv} is ignored: it belongs to somebody else",)


def test_a_dotenv_beside_the_file_may_belong_to_whom_the_file_belongs(machine: Machine, file: Path, ana: int) -> None:
    machine.put(file.parent / ".env", "TZ=Asia/Tokyo\n")
    machine.become(ana + 1)
    assert load(file, {}).settings.daemon.time_zone == "Asia/Tokyo"


def test_a_dotenv_with_a_broken_line_is_a_fault_that_shows_nothing(machine: Machine, file: Path) -> None:
    dotenv = machine.put(file.parent / ".env", "TZ=UTC\nSMTP_PASS='do-not-show-me\n")
    with pytest.raises(ConfigurationError) as caught:
        load(file, {})
    assert str(caught.value) == f"{dotenv}:2: is not NAME=value"


def test_a_password_in_dotenv_is_taken_as_it_is(machine: Machine, file: Path) -> None:
    machine.put(file.parent / ".env", "SMTP_PASS='a${HOME}#b c'\nSMTP_USER=u@x.org\nSMTP_HOST=mail.x.org\n")
    settings = load(file, {"HOME": "/h", "OPERATOR_EMAIL": "o@x.org"}).settings
    assert settings.email.password == Secret("a${HOME}#b c")


def test_included_files_add_gateways_and_accounts_in_the_order_of_their_names(machine: Machine, file: Path) -> None:
    machine.put(file, 'include = ["conf.d/*.toml"]\n[health]\nproof = "off"\n' + GATEWAY)
    other = machine.put(file.parent / "conf.d/20-br.toml", GATEWAY.replace('"main"', '"br"'))
    machine.put(file.parent / "conf.d/10-eu.toml", GATEWAY.replace('"main"', '"eu"') + '[[accounts]]\nid = "br/a"\n')
    loaded = load(file, {})
    assert [gateway.name for gateway in loaded.settings.gateways] == ["main", "eu", "br"]
    assert loaded.settings.gateways[2].origin == Origin(str(other), 1)
    assert len(loaded.files) == 3


def test_a_key_that_two_files_set_is_a_fault(machine: Machine, file: Path) -> None:
    machine.put(file, 'include = ["b.toml"]\n[health]\nproof = "off"\n')
    second = machine.put(file.parent / "b.toml", '[health]\nsettle = "5 s"\nproof = "local"\n')
    with pytest.raises(ConfigurationError) as caught:
        load(file, {})
    assert str(caught.value) == f"{second}:3: health.proof: is already set in {file}:3"


def test_an_included_file_includes_nothing(machine: Machine, file: Path) -> None:
    machine.put(file, 'include = ["b.toml"]\n')
    machine.put(file.parent / "b.toml", 'include = ["c.toml"]\n')
    with pytest.raises(ConfigurationError, match="only understood in the main file"):
        load(file, {})


def test_every_file_is_read_once(machine: Machine, file: Path) -> None:
    machine.put(file, 'include = ["*.toml", "b.toml"]\n' + GATEWAY)
    machine.put(file.parent / "b.toml", GATEWAY.replace('"main"', '"br"'))
    assert [gateway.name for gateway in load(file, {}).settings.gateways] == ["main", "br"]


def test_a_file_may_be_named_from_the_current_folder(machine: Machine) -> None:
    machine.put(machine.here / "sub" / "hc.toml", '[daemon]\ndatabase = "x.db"\n' + GATEWAY)
    named = Path("sub/hc.toml")
    assert load(named, {}).settings.daemon.database == machine.here / "sub" / "x.db"
    assert locate_paths(named, {}).database == machine.here / "sub" / "x.db"


def test_secrets_come_from_variables_files_and_credentials(machine: Machine, file: Path) -> None:
    credentials = machine.put(machine.home / "credentials" / "waha", "from-file\n").parent
    machine.put(
        file,
        GATEWAY
        + 'api_key_file = "${CREDENTIALS_DIRECTORY}/waha"\n'
        + 'basic_user = "ana"\nbasic_password = "${PROXY_PASSWORD:-open}"\n'
        + 'headers = { Authorization = "Bearer ${TOKEN}" }\n',
    )
    gateway = load(file, {"CREDENTIALS_DIRECTORY": str(credentials), "TOKEN": "t"}).settings.gateways[0]
    assert (gateway.api_key, gateway.api_key_file) == (Secret("from-file"), credentials / "waha")
    assert gateway.basic_password == Secret("open")
    assert gateway.headers == {"Authorization": Secret("Bearer t")}


def test_a_plain_dollar_sign_can_be_written(machine: Machine, file: Path) -> None:
    machine.put(file, GATEWAY + 'api_key = "a$b$${c}"\n')
    assert load(file, {}).settings.gateways[0].api_key == Secret("a$b${c}")


def test_a_secret_of_the_environment_replaces_the_file_that_would_hold_it(machine: Machine, file: Path) -> None:
    machine.put(
        file, '[operator]\nemail = "o@x.org"\n[email]\nhost = "m"\nusername = "a@x.org"\npassword_file = "none"\n'
    )
    assert load(file, {"SMTP_PASS": "p"}).settings.email.password == Secret("p")


def test_one_gateway_can_be_configured_by_the_environment_alone(machine: Machine) -> None:
    key = machine.put(machine.home / "key", "k\n")
    environ = machine.environ | {
        "GATEWAY_KIND": "waha",
        "GATEWAY_URL": "http://waha:3000/",
        "GATEWAY_API_KEY_FILE": str(key),
        "OPERATOR_EMAIL": "ops@x.org",
        "SMTP_HOST": "mail.x.org",
        "SMTP_USER": "hc@x.org",
        "SMTP_PASS": "p",
        "HEALTHCHECKD_DATABASE": "/data/hc.db",
    }
    settings = load(None, environ).settings
    (gateway,) = settings.gateways
    assert (gateway.name, gateway.kind, gateway.url) == ("main", "waha", "http://waha:3000")
    assert gateway.api_key == Secret("k")
    assert settings.daemon.database == Path("/data/hc.db")
    assert (settings.operator.email, settings.email.sender) == (("ops@x.org",), "hc@x.org")


def test_a_dotenv_in_the_current_folder_is_configuration_enough(machine: Machine) -> None:
    machine.put(machine.here / ".env", "GATEWAY_KIND=waha\nGATEWAY_URL=http://127.0.0.1:3000\nGATEWAY_NAME=shop\n")
    (gateway,) = load(None, machine.environ).settings.gateways
    assert (gateway.name, gateway.origin.file) == ("shop", str(machine.here / ".env"))


def test_half_a_gateway_in_the_environment_is_told(machine: Machine) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(None, machine.environ | {"GATEWAY_URL": "http://127.0.0.1:3000"})
    assert str(caught.value) == "environment: GATEWAY_KIND: is required"


def test_gateways_of_the_file_win_over_the_environments(machine: Machine, file: Path) -> None:
    settings = load(file, {"GATEWAY_KIND": "waha", "GATEWAY_URL": "http://other:3000"}).settings
    assert [gateway.url for gateway in settings.gateways] == ["http://127.0.0.1:3000"]


def test_an_account_owns_exactly_what_it_states(machine: Machine, file: Path) -> None:
    machine.put(
        file,
        GATEWAY
        + '\n[[accounts]]\nid = "main/a/b"\ntags = []\nnotify_after = "1 hour"\nphone = "+55 (11) 98888-7777"\n',
    )
    (account,) = load(file, {}).settings.accounts
    assert account.stated == {"tags", "notify_after", "phone"}
    assert (account.gateway, account.session) == ("main", "a/b")
    assert (account.tags, account.customer, account.notify_after) == ((), None, timedelta(hours=1))
    assert account.phone == "+5511988887777"
    assert account.origin == Origin(str(file), 6)


def test_a_file_from_windows_is_understood(machine: Machine, file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + GATEWAY.replace("\n", "\r\n").encode())
    assert len(load(file, {}).settings.gateways) == 1


def test_a_secret_that_everybody_may_read_is_a_warning(machine: Machine, file: Path) -> None:
    machine.put(file, GATEWAY + 'api_key = "do-not-show-me"\n', mode=0o644)
    dotenv = machine.put(file.parent / ".env", "TZ=UTC\n", mode=0o644)
    warnings = load(file, {}).warnings
    assert [warning.split(" ")[0] for warning in warnings] == [str(file), str(dotenv)]
    assert warnings[0].endswith(f"chmod o-r {file}")
    machine.put(file, GATEWAY + 'api_key = "${KEY}"\n', mode=0o644)
    dotenv.unlink()
    assert load(file, {"KEY": "k"}).warnings == ()


def test_a_zone_given_as_a_file_is_found_by_its_name(machine: Machine, file: Path) -> None:
    zone = machine.home / "zoneinfo" / "Europe" / "Berlin"
    machine.put(zone, "")
    (machine.home / "localtime").symlink_to(zone)
    assert load(file, {"TZ": f":{machine.home}/localtime"}).settings.daemon.time_zone == "Europe/Berlin"


def test_faults_of_file_and_environment_come_together(machine: Machine, file: Path) -> None:
    machine.put(file, GATEWAY.replace("waha", "wahaa"))
    with pytest.raises(ConfigurationError) as caught:
        load(file, {"TZ": "Nowhere", "SMTP_PORT": "x"})
    assert [fault.key for fault in caught.value.faults] == ["gateways[main].kind", "TZ", "SMTP_PORT"]
