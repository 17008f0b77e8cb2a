"""A daemon whose API is open over TCP, and who may come in."""

import asyncio
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from healthcheckd.api.tokens import MANAGE, Token, issue
from healthcheckd.settings import JwtSettings, Secret
from tests.acceptance.machine import Machine, Program

SECRET = "a-secret-of-forty-characters-for-tests-1"
JWT = JwtSettings("HS256", Secret(SECRET))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def token(sub: str = "abc-123", *permissions: str, lasts: timedelta = timedelta(days=30)) -> str:
    now = datetime.now(UTC)
    return issue(JWT, SECRET, Token(sub, frozenset(permissions or (MANAGE,)), now + lasts, now))


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def data(self) -> Any:
        return msgspec.json.decode(self.content)


@dataclass(frozen=True, slots=True)
class Site:
    """Where the API is, under its base path."""

    here: Machine
    daemon: Program
    port: int
    base: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.base}"

    async def curl(self, *words: str) -> Answer:
        """The real program, with the head of its answer."""
        process = await asyncio.create_subprocess_exec(
            *("curl", "-s", "-i", "--max-time", "20", *words), stdout=asyncio.subprocess.PIPE
        )
        told, _ = await process.communicate()
        assert process.returncode == 0, process.returncode
        head, _, content = told.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        return Answer(int(first.split()[1]), headers, content)


async def site(
    here: Machine, more: str = "", base: str = "", jwt: bool = True, tokens: str = "", cadence: str = "every 1 hour"
) -> Site:
    """Starts the daemon; `more` are lines of `[http]`, `tokens` of `[jwt]`."""
    port = free_port()
    tables = f'[http]\nlisten = "127.0.0.1:{port}"\nbase_path = "{base}"\n{more}\n'
    tables += f'[jwt]\nalgorithm = "HS256"\nsecret = "{SECRET}"\n{tokens}\n' if jwt else ""
    here.write(tables, wait="100 ms", cadence=cadence)
    return Site(here, await here.daemon(), port, base)
