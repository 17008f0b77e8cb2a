"""What each kind of gateway says and what it is taken for: the adapters' own tables, to be shown to people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.gateways import (
    evolution_rows,
    gowa_rows,
    meta_rows,
    waha_rows,
    wppconnect_rows,
    wuzapi_rows,
    wwebjs_rows,
)
from healthcheckd.gateways.states import State
from healthcheckd.settings import KINDS

TABLES: Mapping[str, Mapping[str, State]] = {
    "waha": waha_rows.STATES | waha_rows.LIVE_STATES,
    "wwebjs": wwebjs_rows.STATES,
    "gowa": gowa_rows.STATES,
    "wuzapi": wuzapi_rows.STATES,
    "evolution": evolution_rows.STATES,
    "wppconnect": wppconnect_rows.STATES,
    "meta": meta_rows.STATES
    | {"CONNECTED BLOCKED": meta_rows.BLOCKED._replace(note="an entity of its health is, for no known reason")}
    | {f"CONNECTED BLOCKED, error {code}": state for code, state in meta_rows.CODES.items()}
    | {f"error {code}": state for code, state in meta_rows.CODES.items()},
}

ELSE = "Any other word is silence: the account keeps its state, goes stale, and nothing is done about it."


@dataclass(frozen=True, slots=True)
class Word:
    """`native` is one word of a gateway's, told apart by whatever else it says beside it."""

    kind: str
    native: str
    connection: Connection
    cause: Cause | None
    self_healing: bool
    note: str


def vocabulary(kind: str = "") -> tuple[Word, ...]:
    """Of one kind, or of all."""
    return tuple(word for one in ([kind] if kind else KINDS) for word in _words(one))


def _words(kind: str) -> Iterator[Word]:
    for native, state in TABLES[kind].items():
        note = state.note or meta_rows.CRIPPLED.get(native, "") if kind == "meta" else state.note
        yield Word(kind, native, state.connection, state.cause, state.self_healing, note)
