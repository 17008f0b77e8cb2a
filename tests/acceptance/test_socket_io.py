"""Socket.IO from a real daemon, heard by a Python client: whoever has node also runs the tests beside."""

import asyncio
import signal
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from healthcheckd.simulator import CATALOGUE, ScriptedSession
from tests.acceptance.live import Ears, busy, fall, hears
from tests.acceptance.machine import Machine, machine, until
from tests.acceptance.web import Site, site, token

pytestmark = pytest.mark.acceptance


@pytest.fixture
async def api(here: Machine) -> Site:
    return await busy(here)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Machine]:
    """Its accounts are quick to be set up again."""
    cast = [ScriptedSession(name, CATALOGUE["steady"], f"44207946010{n}") for n, name in enumerate(("shop", "bakery"))]
    async with machine(tmp_path, cast, speed=20) as made:
        yield made


@pytest.fixture
async def ears() -> AsyncIterator[Ears]:
    made = Ears()
    yield made
    await made.close()


@pytest.mark.parametrize("transports", [["websocket"], ["polling"], ["polling", "websocket"]])
async def test_an_account_that_falls_and_is_reconnected_is_told_of(
    api: Site, ears: Ears, transports: list[str]
) -> None:
    client = await ears.listen(api, transports=transports)
    fall(api)
    heard = await hears(client.heard)
    assert heard["whatsapp:connection:status"][0].items() >= {"accountId": "main/shop", "status": "Failed"}.items()
    assert client.client.transport() == transports[-1]


async def test_a_stranger_hears_nothing_and_is_told_why(api: Site, ears: Ears) -> None:
    for auth, why in (
        (None, "no token was sent"),
        ({"token": "a.b.c"}, "this is no token"),
        ({"token": 7}, "no token was sent"),
        ({"token": token("bob", "read")}, "user bob lacks the permission system:manage"),
        ({"token": token(lasts=timedelta(seconds=-60))}, "the token has expired"),
    ):
        assert (await ears.refused(api, auth))["message"] == why
    await until(lambda: api.here.rows("SELECT 1 FROM audit WHERE outcome = 'refused: no token was sent'"), "the trail")
    assert "no token was sent" in api.daemon.log


async def test_the_token_may_come_in_the_header(api: Site, ears: Ears) -> None:
    headers = {"Authorization": f"Bearer {token()}"}
    await ears.listen(api, auth=None, headers=headers)


async def test_bad_tokens_count_towards_the_same_lockout(here: Machine, ears: Ears) -> None:
    api = await site(here, "bad_tokens = 3")
    for _ in range(3):
        await ears.refused(api, {"token": "x"})
    assert (await ears.refused(api, {"token": token()}))["message"] == "this address sent too many bad tokens"
    answer = await api.curl("-H", f"Authorization: Bearer {token()}", f"{api.url}/api/v1/info")
    assert answer.status == 429


async def test_a_connection_ends_when_its_token_does(here: Machine, ears: Ears) -> None:
    api = await busy(here, tokens='leeway = "0 seconds"')
    short = await ears.listen(api, auth={"token": token(lasts=timedelta(seconds=3))}, reconnection=False)
    stays = await ears.listen(api)
    await asyncio.wait_for(short.ended.wait(), 8)
    assert "listens no more: the token has expired" in api.daemon.log
    assert stays.client.connected


async def test_it_moves_under_the_base_path_and_nothing_is_left_elsewhere(here: Machine, ears: Ears) -> None:
    api = await busy(here, base="/wa")
    client = await ears.listen(api)
    fall(api)
    await hears(client.heard)
    async with aiohttp.ClientSession() as session:
        url = f"{api.url.removesuffix('/wa')}/socket.io/?EIO=4&transport=polling"
        assert (await session.get(url)).status == 404


async def test_a_reload_keeps_those_who_listen_and_another_secret_does_not(api: Site, ears: Ears) -> None:
    client = await ears.listen(api, reconnection=False)
    assert (await api.here.command("reload")).process.returncode == 0
    fall(api)
    await hears(client.heard)
    api.here.config.write_text(api.here.config.read_text().replace("for-tests-1", "for-tests-2"))
    assert (await api.here.command("reload")).process.returncode == 0
    await asyncio.wait_for(client.ended.wait(), 8)
    assert "listens no more: [jwt] has changed" in api.daemon.log


@pytest.mark.parametrize("transport", ["polling", "websocket"])
async def test_a_stop_is_not_held_up_and_clients_come_back_by_themselves(api: Site, ears: Ears, transport: str) -> None:
    client = await ears.listen(api, transports=[transport])
    api.daemon.signal(signal.SIGTERM)
    assert await api.daemon.ends(6) == 0
    assert "Traceback" not in api.daemon.log
    await api.here.daemon()
    await until(lambda: client.welcomes == 2, "it is back", 20)
    fall(api)
    await hears(client.heard)


async def test_without_jwt_there_is_no_socket_io(here: Machine) -> None:
    api = await site(here, jwt=False)
    answer = await api.curl(f"{api.url}/socket.io/?EIO=4&transport=polling")
    assert answer.status == 404
    socket = str(here.folder / "hc.sock")
    answer = await api.curl("--unix-socket", socket, "http://localhost/socket.io/?EIO=4&transport=polling")
    assert answer.status == 404


async def test_a_page_of_another_origin_may_not_listen(here: Machine) -> None:
    api = await site(here, 'public_url = "https://ops.example.com"')
    url = f"{api.url}/socket.io/?EIO=4&transport=polling"
    origins = {"https://evil.example.com": 403, "null": 403, "https://ops.example.com": 200, api.url: 200}
    for origin, status in origins.items():
        answer = await api.curl("-H", f"Origin: {origin}", url)
        assert (answer.status, "access-control-allow-origin" in answer.headers) == (status, False), origin
