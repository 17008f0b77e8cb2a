"""The API's description (OpenAPI 3.1), made from the table of routes and the types that they name."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from healthcheckd import __version__
from healthcheckd.api.answers import COMPONENTS, envelope, refused, statuses
from healthcheckd.api.calls import Route
from healthcheckd.api.client import BASE
from healthcheckd.api.parameters import Parameter

Json = dict[str, Any]

_TEMPLATE = "#/components/schemas/{name}"
_SEGMENT = re.compile(r"\{(\w+)(?::[^}]*)?\}")
_SEGMENTS = {
    "job": "A job's name, such as `whatsapp-health-check`.",
    "gateway": "A gateway's name.",
    "session": "A session, with `/` and whatever else it has percent-encoded.",
    "verb": "What is said.",
}
_JSON = "application/json"


def describe(routes: Sequence[Route], server: str) -> Json:
    """`server` is the place of which all paths are part."""
    schemas = _Schemas([kind for route in routes for kind in _kinds(route)])
    paths: dict[str, Json] = {}
    for route in routes:
        for path, operation in _operations(route, schemas):
            paths.setdefault(path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "healthcheckd", "version": __version__, "description": _ABOUT},
        "servers": [{"url": server or "/"}],
        "security": [{"token": []}],
        "paths": {**paths, **_signs_of_life()},
        "components": {**COMPONENTS, "schemas": COMPONENTS["schemas"] | schemas.components},
    }


_ABOUT = (
    "Which numbers are down, since when, why, and who has been told. Over TCP every call needs a token with the"
    " permission `system:manage`; on the control socket the kernel says who calls. A field may be added to any answer;"
    " none is renamed, removed or given another meaning."
)


class _Schemas:
    """The schema of each type that a route names."""

    def __init__(self, kinds: Sequence[object]) -> None:
        found, named = msgspec.json.schema_components(kinds, schema_hook=_anything, ref_template=_TEMPLATE)
        names = _public(named)
        self.components: Json = {names[name]: _renamed(schema, names) for name, schema in named.items()}
        self._by_kind = {repr(kind): _renamed(schema, names) for kind, schema in zip(kinds, found, strict=True)}

    def __getitem__(self, kind: object) -> Json:
        """A text is a media type, and what it holds is text."""
        return {"type": "string"} if isinstance(kind, str) else self._by_kind[repr(kind)]


def _anything(kind: type) -> Json:
    """What msgspec asks of a type that it does not know itself; its answer to others is to raise just this."""
    if kind is not object:
        raise NotImplementedError(kind)
    return {"description": "Anything."}


def _public(named: Json) -> dict[str, str]:
    """Names without module and underscore; where two would be one, with the room of theirs before it."""
    short = {name: name.rpartition(".")[2].lstrip("_") for name in named}
    taken = Counter(short.values())
    return {name: plain if taken[plain] == 1 else _room(name) + plain for name, plain in short.items()}


def _room(name: str) -> str:
    return name.split(".")[-2].capitalize()


def _renamed(schema: Any, names: dict[str, str]) -> Any:
    if isinstance(schema, list):
        return [_renamed(one, names) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("$ref"), str):
        return {"$ref": _TEMPLATE.format(name=names[schema["$ref"].rpartition("/")[2]])}
    return {key: _renamed(value, names) for key, value in schema.items()}


def _kinds(route: Route) -> Iterator[object]:
    spoken = (kind for pair in route.verbs.values() for kind in pair)
    named = [route.body, route.answers, *route.beside.values(), *spoken]
    return (kind for kind in named if kind is not None and not isinstance(kind, str))


def _operations(route: Route, schemas: _Schemas) -> Iterator[tuple[str, Json]]:
    """One for each word, where the path ends with one."""
    path = _SEGMENT.sub(r"{\1}", f"{BASE}{route.path}")
    if not route.verbs:
        yield path, _operation(route, path, route.body, route.answers, schemas)
    for verb, (body, answers) in route.verbs.items():
        spoken = path.replace("{verb}", verb)
        yield spoken, _operation(route, spoken, body, answers, schemas)


def _operation(route: Route, path: str, body: object, answers: object, schemas: _Schemas) -> Json:
    content = _content(route, answers, schemas)
    operation: Json = {
        "operationId": re.sub(r"\W+", "_", f"{route.method.lower()} {path.removeprefix(BASE)}").strip("_"),
        "summary": route.summary,
        "parameters": [*_path_parameters(path), *map(_query_parameter, route.query or ())],
        "responses": {"200": {"description": "Done.", "content": content}} | _refusals(route, body, content),
    }
    if body is not None:
        operation["requestBody"] = _request(body, schemas[body])
    return operation


def _content(route: Route, answers: object, schemas: _Schemas) -> Json:
    lines = {media: {"schema": {"type": "string"}} for media in route.also}
    if route.only:
        return {route.only: {"schema": {"type": "object"} if route.only == _JSON else {"type": "string"}}}
    beside = {name: schemas[kind] for name, kind in route.beside.items()}
    return {_JSON: {"schema": envelope(schemas[answers], beside)}} | lines


def _refusals(route: Route, body: object, content: Json) -> Json:
    told = {str(status): refused(status) for status in statuses(route.changes, body is not None)}
    for status in route.may:
        accepted = {"description": "Begun; nobody waits for it.", "content": content}
        told[str(status)] = accepted if status < 400 else refused(status)
    return dict(sorted(told.items()))


def _request(body: object, schema: Json) -> Json:
    media = body if isinstance(body, str) else _JSON
    needed = isinstance(body, str) or any(field.required for field in msgspec.structs.fields(body))  # type: ignore[arg-type]
    return {"required": needed, "content": {media: {"schema": schema}}}


def _path_parameters(path: str) -> list[Json]:
    schema = {"type": "string", "minLength": 1}
    return [
        {"name": name, "in": "path", "required": True, "description": _SEGMENTS.get(name, ""), "schema": schema}
        for name in _SEGMENT.findall(path)
    ]


def _query_parameter(parameter: Parameter) -> Json:
    schema = {"type": "array", "items": parameter.schema} if parameter.many else parameter.schema
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.text,
        "schema": schema,
    }


def _signs_of_life() -> dict[str, Json]:
    """For anybody, and telling nothing else."""
    answer = {"description": "Yes.", "content": {_JSON: {"schema": envelope({"type": "object"}, {})}}}
    alive = {"operationId": "livez", "summary": "Whether it lives", "security": []}
    ready = {"operationId": "readyz", "summary": "Whether it can do its work", "security": []}
    return {
        "/livez": {"get": {**alive, "responses": {"200": answer, "429": refused(429)}}},
        "/readyz": {"get": {**ready, "responses": {"200": answer, "429": refused(429), "503": refused(503)}}},
    }
