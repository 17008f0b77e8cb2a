"""The README's proxies, by the real programs: the API and Socket.IO under a base path."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from healthcheckd.simulator import CATALOGUE, ScriptedSession
from tests.acceptance.live import Ears, busy, fall, hears
from tests.acceptance.machine import Machine, machine, until
from tests.acceptance.web import Site, free_port, token

pytestmark = pytest.mark.acceptance

README = Path(__file__).parents[2] / "README.md"
TABLE = 'public_url = "https://ops.example.com/wa"\ntrusted_proxies = ["127.0.0.1"]'

NGINX = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    map {map}
    server {{
        listen 127.0.0.1:{port};
        {block}
    }}
}}
"""


def block(language: str, api: Site) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert "127.0.0.1:5000" in found
    return found.replace("127.0.0.1:5000", f"127.0.0.1:{api.port}")


def nginx(folder: Path, api: Site, port: int) -> list[str]:
    (upgrade,) = re.findall(r"`map (.*?)` in its `http` block", README.read_text(encoding="utf-8"))
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port, map=upgrade, block=block("nginx", api)))
    return ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(config)]


def caddy(folder: Path, api: Site, port: int) -> list[str]:
    config = folder / "Caddyfile"
    site = block("caddyfile", api).replace("ops.example.com", f"http://127.0.0.1:{port}")
    config.write_text(f"{{\n    admin off\n    auto_https off\n}}\n{site}")
    return ["caddy", "run", "--config", str(config), "--adapter", "caddyfile"]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Machine]:
    cast = [ScriptedSession("shop", CATALOGUE["steady"], "442079460100")]
    async with machine(tmp_path, cast, speed=20) as made:
        yield made


@asynccontextmanager
async def proxied(here: Machine, command: list[str], port: int) -> AsyncIterator[None]:
    log = here.folder / "proxy.log"
    env = {**here.clean, "XDG_DATA_HOME": str(here.folder), "XDG_CONFIG_HOME": str(here.folder)}
    with log.open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(*command, env=env, stdout=stderr, stderr=stderr)
    try:
        for _ in range(200):
            assert process.returncode is None, log.read_text()
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                break
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@pytest.mark.parametrize("proxy", [nginx, caddy])
async def test_the_readmes_proxy_hands_on_calls_streams_and_socket_io(
    here: Machine, proxy: Callable[[Path, Site, int], list[str]]
) -> None:
    if shutil.which(proxy.__name__) is None:
        pytest.skip(f"there is no {proxy.__name__} here")
    api, port, ears = await busy(here, TABLE, base="/wa"), free_port(), Ears()
    async with proxied(here, proxy(here.folder, api, port), port):
        outside = replace(api, port=port)
        try:
            await call(outside)
            await stream(outside)
            for transport in ("websocket", "polling"):
                client = await ears.listen(
                    outside, transports=[transport], headers={"Origin": "https://ops.example.com"}
                )
                fall(api)
                await hears(client.heard)
                assert client.client.transport() == transport
        finally:
            await ears.close()


async def call(outside: Site) -> None:
    """From an address of its own, which is the one that is written down."""
    answer = await outside.curl("-H", f"Authorization: Bearer {token()}", f"{outside.url}/api/v1/info")
    assert answer.status == 200
    answer = await outside.curl(
        "--interface", "127.0.0.2", "-H", "X-Forwarded-For: 9.9.9.9", f"{outside.url}/api/v1/info"
    )
    assert answer.status == 401
    who = "SELECT 1 FROM audit WHERE who = '127.0.0.2'"
    await until(lambda: outside.here.rows(who), "the stranger's own address is in the trail")


async def stream(outside: Site) -> None:
    headers = {"Authorization": f"Bearer {token()}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        answer = await session.get(f"{outside.url}/api/v1/events")
        assert await asyncio.wait_for(answer.content.readline(), 5) == b"\n"
        answer.close()
