"""The API's description says of every route what the table of routes says."""

import json
import re
from typing import Any

from healthcheckd.api.client import BASE
from healthcheckd.api.openapi import describe
from healthcheckd.api.routes import ROUTES

DOCUMENT: dict[str, Any] = json.loads(json.dumps(describe(ROUTES, "/wa")))
VERBS = {"get", "post", "patch", "delete", "put"}


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    paths = DOCUMENT["paths"].items()
    return {(method, path): one for path, methods in paths for method, one in methods.items() if method in VERBS}


def test_it_has_every_route_and_nothing_else() -> None:
    wanted = {("get", "/livez"), ("get", "/readyz")}
    for route in ROUTES:
        path = BASE + re.sub(r"\{(\w+):[^}]*\}", r"{\1}", route.path)
        words = route.verbs or {"": None}
        wanted |= {(route.method.lower(), path.replace("{verb}", verb) if verb else path) for verb in words}
    assert operations().keys() == wanted


def test_every_route_says_what_it_takes_and_answers() -> None:
    for route in ROUTES:
        assert route.summary, route.path
        assert route.query is not None, route.path
        assert route.verbs or route.only or route.answers is not object, route.path
        assert ("{verb}" in route.path) is bool(route.verbs), route.path


def test_every_parameter_of_a_path_is_described() -> None:
    for (_, path), one in operations().items():
        named = {parameter["name"] for parameter in one.get("parameters", ()) if parameter["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path)), path


def test_names_of_operations_are_unique() -> None:
    names = [one["operationId"] for one in operations().values()]
    assert len(set(names)) == len(names)


def test_what_is_referred_to_is_there() -> None:
    text = json.dumps(DOCUMENT)
    for kind, name in set(re.findall(r'"#/components/(\w+)/([^"]+)"', text)):
        assert name in DOCUMENT["components"][kind], name
    assert "healthcheckd." not in text.replace("healthcheckd.org", "")
    assert not [name for name in DOCUMENT["components"]["schemas"] if not name[0].isupper()]


def test_only_the_signs_of_life_are_for_everybody() -> None:
    assert DOCUMENT["security"] == [{"token": []}]
    free = {path for (_, path), one in operations().items() if one.get("security") == []}
    assert free == {"/livez", "/readyz"}


def test_it_says_where_it_is() -> None:
    assert DOCUMENT["servers"] == [{"url": "/wa"}]
    assert DOCUMENT["openapi"] == "3.1.0"
