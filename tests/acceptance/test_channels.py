"""Mail, a chat and a pager beside each other on the real daemon: told of a drop, and of its end."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from healthcheckd.simulator import CATALOGUE, ScriptedSession
from tests.acceptance.machine import Machine, machine, until
from tests.contract.channels.services import GOOD_KEY, Services, serving

pytestmark = pytest.mark.acceptance

NAME, NUMBER = "shop", "442079460300"
TOKEN = "planted-token-5f"
PEOPLE = """
[[accounts]]
id = "main/shop"
name = "Shop"
owner_email = "owner@example.com"
contacts = ["ana"]

[[channels]]
name = "team"
url = "json://ops:{token}@127.0.0.1:{port}/{token}?+X-Key={token}"

[[channels]]
name = "pager"
kind = "pagerduty"
key = "{key}"
url = "http://127.0.0.1:{port}"

[[contacts]]
name = "ana"
channel = "team"

[[contacts]]
name = "oncall"
channel = "pager"
role = "operator"
gateways = ["main"]
"""


@pytest.fixture
async def services() -> AsyncIterator[Services]:
    async with serving() as running:
        yield running


@pytest.fixture
async def here(tmp_path: Path, services: Services) -> AsyncIterator[Machine]:
    async with machine(tmp_path, [ScriptedSession(NAME, CATALOGUE["steady"], NUMBER)]) as made:
        made.write(PEOPLE.format(token=TOKEN, port=services.port, key=GOOD_KEY), cadence="every 1 second")
        yield made


async def falls(here: Machine) -> None:
    """Seen connected before, or it would be found down at the first look."""
    await until(lambda: here.rows("SELECT 1 FROM accounts WHERE connection = 'Connected'"), "it is connected")
    here.gateway.replace(ScriptedSession(NAME, CATALOGUE["logged-out"].after(0.01), NUMBER))


def chats(services: Services) -> list[str]:
    return [call.body["message"] for call in services.calls if call.path == f"/{TOKEN}"]


def alerts(services: Services) -> list[tuple[str, str]]:
    return [(call.body["event_action"], call.body["dedup_key"]) for call in services.calls if "enqueue" in call.path]


async def test_a_drop_and_its_end_arrive_by_mail_by_chat_and_at_the_pager(here: Machine, services: Services) -> None:
    await here.daemon()
    await falls(here)
    await until(lambda: any("Shop" in text for text in chats(services)), "the chat hears of it")
    await until(lambda: alerts(services), "the pager is called")
    await until(lambda: {"owner@example.com", "ops@example.com"} <= {to.recipient for to in here.mail.mails}, "mails")
    here.gateway.replace(ScriptedSession(NAME, CATALOGUE["steady"], NUMBER))
    await until(lambda: ("resolve", alerts(services)[0][1]) in alerts(services), "the alert ends")
    assert {key for _, key in alerts(services)} == {alerts(services)[0][1]}
    shown = await here.command("channels", "list")
    assert [line.split()[0] for line in shown.log.splitlines() if "works" in line] == ["email", "team", "pager"]
    dropped = await here.command("accounts", "show", "main/shop")
    drop = dropped.log.partition("IF IT DROPS")[2]
    assert all(who in drop for who in ("owner@example.com", "ana by team", "ops@example.com", "oncall by pager"))


async def test_a_chat_that_does_not_work_is_told_by_mail_and_keeps_nobody_else(
    here: Machine, services: Services
) -> None:
    text = here.config.read_text().replace("[notify]", '[notify]\nretry_base = "100 ms"')
    here.config.write_text(text)
    await here.daemon()
    services.status = 500
    await falls(here)
    subjects = lambda: [str(mail["Subject"]) for mail in here.mails()]  # noqa: E731
    await until(lambda: any("team" in subject for subject in subjects()), "the operator hears of the channel")
    assert "fails since" in (await here.command("channels", "list")).log
    services.status = 0
    await until(lambda: here.rows("SELECT 1 FROM notices WHERE channel = 'team' AND state = 'sent'"), "it goes out")


async def test_one_is_tried_by_hand_with_the_services_own_words(here: Machine, services: Services) -> None:
    await here.daemon()
    good = await here.command("channels", "test", "pager")
    assert (good.process.returncode, "Event processed" in good.log) == (0, True)
    assert [action for action, _ in alerts(services)] == ["trigger", "resolve"]
    services.status = 403
    bad = await here.command("channels", "test", "team")
    assert bad.process.returncode == 1
    assert "channel team" in bad.log
    assert "403" in bad.log
    wrong = await here.command("channels", "test", "taem")
    assert wrong.process.returncode == 2


async def test_nothing_shows_what_a_channel_is_reached_by(here: Machine, services: Services) -> None:
    here.config.write_text(here.config.read_text() + '[log]\nlevel = "debug"\n')
    program = await here.daemon()
    services.status = 500
    await falls(here)
    await program.says("Nothing can be sent by channel team")
    await here.command("channels", "list", "--json")
    await here.command("channels", "test", "team")
    await here.command("config", "show")
    await here.command("status", "--json")
    said = "".join(each.log for each in here.programs)
    assert (TOKEN in said, GOOD_KEY in said) == (False, False)
    stored = b"".join(file.read_bytes() for file in here.folder.glob("hc.db*"))
    assert TOKEN.encode() not in stored
