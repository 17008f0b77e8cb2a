"""The API's description is true: whatever is asked, nothing fails, and no answer is one that it does not know.

For longer:  FUZZ_EXAMPLES=200 pytest tests/acceptance/test_fuzzing.py -s
"""

import asyncio
import os
from collections import Counter
from typing import Any
from urllib.parse import quote
from warnings import catch_warnings, simplefilter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable

from tests.acceptance.machine import Machine
from tests.acceptance.web import site, token

with catch_warnings():
    simplefilter("ignore")
    import schemathesis
    from schemathesis.specs.openapi import checks as of_openapi

pytestmark = pytest.mark.acceptance

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "4"))
CHECKS = [
    of_openapi.status_code_conformance,
    of_openapi.content_type_conformance,
    of_openapi.response_schema_conformance,
    of_openapi.response_headers_conformance,
]
ENDLESS = "/api/v1/events"


class Fuzzer:
    """Asks whatever the description allows, and what it does not."""

    def __init__(self, url: str, here: Machine) -> None:
        self._url = url
        self._here = here
        self._headers = {"Authorization": f"Bearer {token()}"}
        self.statuses: Counter[int] = Counter()
        self.operations = 0

    def run(self) -> None:
        schema = schemathesis.openapi.from_url(f"{self._url}/api/v1/openapi.json", headers=self._headers)
        for result in schema.get_all_operations():
            operation = result.ok()
            if operation.path != ENDLESS:
                self.operations += 1
                self._ask(operation)

    def _ask(self, operation: Any) -> None:
        for mode in schemathesis.GenerationMode:
            strategy = operation.as_strategy(generation_mode=mode)

            @settings(
                max_examples=EXAMPLES,
                deadline=None,
                database=None,
                derandomize="FUZZ_EXAMPLES" not in os.environ,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate],
            )
            @given(case=strategy)
            def ask(case: Any) -> None:
                self._call(case)

            try:
                ask()
            except Unsatisfiable:  # nothing about it can be wrong
                assert mode.is_negative, operation.label

    def _call(self, case: Any) -> None:
        assert self._here.manager.heard  # nobody else does, and a daemon that reloads waits until it is heard
        self._keep_files_together(case)
        case.headers = {**(case.headers or {}), **self._headers}
        response = case.call(base_url=self._url, timeout=30)
        self.statuses[response.status_code] += 1
        assert response.status_code != 500, response.text
        case.validate_response(response, checks=CHECKS)

    def _keep_files_together(self, case: Any) -> None:
        """A backup is written wherever the caller says."""
        if case.operation.path.endswith("/backup") and isinstance(case.body, dict):
            path = case.body.get("path")
            if isinstance(path, str) and path.startswith("/"):
                case.body["path"] = f"{self._here.folder}/{quote(path, safe='')[:100]}"


async def test_no_call_fails_and_no_answer_is_unknown(here: Machine) -> None:
    found = await site(here, "per_minute = 1000000")
    fuzzer = Fuzzer(found.url, here)
    await asyncio.to_thread(fuzzer.run)
    print(f"{fuzzer.operations} operations, {fuzzer.statuses.total()} calls: {dict(sorted(fuzzer.statuses.items()))}")
    assert fuzzer.statuses[200] > fuzzer.operations
    assert "Traceback" not in found.daemon.log, found.daemon.log
