"""Requests to the simulator, and when to make them."""

import json
from typing import Any

import aiohttp
from yarl import URL

NOT_FOUND = {"statusCode": 404, "message": "Session not found", "error": "Not Found"}
AN_HOUR = 3600.0


async def get(client: aiohttp.ClientSession, path: str, **headers: str) -> tuple[int, Any]:
    async with client.get(URL(path, encoded=True), headers=headers) as answer:
        text = await answer.text()
        return answer.status, json.loads(text) if text else None


async def post(client: aiohttp.ClientSession, path: str, body: object = None) -> tuple[int, Any]:
    async with client.post(URL(path, encoded=True), json=body) as answer:
        return answer.status, await answer.json()
