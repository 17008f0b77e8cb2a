"""What kind of gateway answers at a URL: by a few harmless questions, asked as a stranger."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import msgspec

from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.http import Answer, Client
from healthcheckd.ports.clock import Clock
from healthcheckd.settings import GatewaySettings

_PATIENCE = timedelta(seconds=5)
_PASSING = frozenset({GatewayFault.TIMEOUT, GatewayFault.BAD_ANSWER, GatewayFault.SERVER_ERROR})
"""Failures of one question that say nothing of the next."""

_Question = Callable[[Client], Awaitable[str]]


async def fingerprint(settings: GatewaySettings, clock: Clock) -> str:
    """`waha`, `wwebjs`, `evolution`, `wuzapi`, `open-wa`, `gowa`, `wppconnect` or `meta`. Only GET, no redirects,
    without the key. Raises `GatewayError` when nobody answers there, or none of these."""
    if urlsplit(settings.url).hostname == "graph.facebook.com":
        return "meta"
    client = Client(replace(settings, timeout=min(settings.timeout, _PATIENCE)), clock, key_header="X-Api-Key")
    try:
        for question in (_ping, _welcome, _health, _healthz, _session_status):
            if kind := await _answer(question, client):
                return kind
    finally:
        await client.close()
    what = "no gateway that is known here answers there"
    hint = "is the URL the gateway's own, with its port and path?"
    raise GatewayError(GatewayFault.BAD_ANSWER, what, where=settings.url, hint=hint)


async def _answer(question: _Question, client: Client) -> str:
    try:
        return await question(client)
    except GatewayError as error:
        if error.fault in _PASSING:
            return ""
        raise


async def _ping(client: Client) -> str:
    answer = await client.read_as_stranger("ping")
    said = _said(answer)
    if answer.status == 401:
        return "waha" if said == {"message": "Unauthorized", "statusCode": 401} else ""
    if said.get("message") != "pong":
        return ""
    return "wwebjs" if said.get("success") is True else "waha"


async def _welcome(client: Client) -> str:
    said = _said(await client.read_as_stranger())
    return "evolution" if str(said.get("message", "")).startswith("Welcome to the Evolution API") else ""


async def _health(client: Client) -> str:
    answer = await client.read_as_stranger("health")
    said = _said(answer)
    if "total_users" in said:
        return "wuzapi"
    if "capabilities" in said and isinstance(said.get("session"), dict):
        return "open-wa"
    return await _gowa(client) if answer.body.strip() == b"OK" else ""


async def _gowa(client: Client) -> str:
    info = await client.read_as_stranger("app", "info")
    return "gowa" if info.wants_password or "GOWA" in str(_said(info)) else ""


async def _healthz(client: Client) -> str:
    said = _said(await client.read_as_stranger("healthz"))
    return "wppconnect" if said.get("message") == "OK" and "uptime" in said else ""


async def _session_status(client: Client) -> str:
    answer = await client.read_as_stranger("session", "status")
    said = _said(answer)
    return "wuzapi" if answer.status == 401 and said.get("code") == 401 and said.get("success") is False else ""


def _said(answer: Answer) -> dict[str, object]:
    """The object of the answer; empty for anything else."""
    try:
        return msgspec.json.decode(answer.body, type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {}
