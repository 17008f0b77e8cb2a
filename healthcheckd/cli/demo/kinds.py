"""What a demonstration can show of each kind of gateway, and how it opens."""

from collections.abc import Mapping
from dataclasses import dataclass

from healthcheckd.simulator import ScriptedSession, demo_cast
from healthcheckd.simulator.scripts import State

_KEY = "demo-key"


@dataclass(frozen=True, slots=True)
class Kind:
    """`restart` are the words of one reconnection as they reach the gateway; none where it takes no orders. `passing`
    are the states that come and go with it; `zombie` is the script of a session that claims to be connected with a
    dead client behind it, empty where this kind says so itself, or where nothing tells within minutes. `opens` are the
    lines of the configuration that open it, for what the gateway takes as its `key`."""

    name: str
    restart: tuple[str, ...]
    passing: tuple[State, ...] = (State.STARTING,)
    zombie: str = ""
    opens: str = f'api_key = "{_KEY}"'
    key: str = _KEY

    def cast(self) -> tuple[ScriptedSession, ...]:
        return demo_cast(passing=self.passing, zombie=self.zombie)


_NAME_AND_PASSWORD = f'basic_user = "demo"\nbasic_password = "{_KEY}"'
_KINDS = (
    Kind("waha", ("restart",), (State.STARTING, State.STOPPED), "zombie"),
    Kind("wwebjs", ("restart",)),
    Kind("gowa", ("reconnect",), opens=_NAME_AND_PASSWORD, key=f"demo:{_KEY}"),
    Kind("wuzapi", ("connect",)),
    Kind("evolution", ("connect",)),
    Kind("wppconnect", ("close-session", "start-session"), zombie="zombie-unpaired"),
    Kind("meta", (), ()),
)
SHOWN: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}
