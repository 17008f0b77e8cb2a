"""The named scripts: every way an account is known to live, lie and die."""

from collections.abc import Sequence

from healthcheckd.errors import UnknownName
from healthcheckd.simulator.scripts import Answer, Live, Restriction, Script, State, Step

MINUTE = 60.0
HOUR = 3_600.0
DAY = 86_400.0
STRANGER = "5511900000001"

HEALTHY_FIRST = Step(State.WORKING, 10 * MINUTE)
WAITING_FOR_SCAN = Step(State.PAIRING, 20, label="waiting", then="waiting", restart="waiting", linked=False)


def lies(name: str, live: Live) -> Script:
    """Claims to work while its client says otherwise; a restart cures it."""
    return Script(name, (HEALTHY_FIRST, Step(State.WORKING, live=live, restart="up")))


def blips(
    *, every: float = 28 * MINUTE, lasts: float = 8.0, passing: Sequence[State] = (State.STARTING, State.STOPPED)
) -> Script:
    """A moment of the first passing state, the next time of the last, and well again by itself."""
    first = Step(State.WORKING, every, label="cycle", jitter=0.02)
    second = Step(State.WORKING, every, jitter=0.02)
    blip = Step(passing[0], lasts, jitter=0.25)
    another = Step(passing[-1], lasts, jitter=0.25, then="cycle", restart="cycle")
    return Script("blip", (first, blip, second, another))


def answers(name: str, answer: Answer) -> Script:
    """Works by the list, and gives no usable answer when read singly."""
    return Script(name, (HEALTHY_FIRST, Step(State.WORKING, answer=answer)))


def drops(name: str, *steps: Step) -> Script:
    """Ten good minutes, then what the steps say."""
    return Script(name, (HEALTHY_FIRST, *steps))


_SCRIPTS = (
    Script("steady", (Step(State.WORKING),)),
    drops("heals-itself", Step(State.STARTING, 90)),
    drops("needs-restart", Step(State.FAILED, restart="up")),
    drops("restart-fails", Step(State.FAILED)),
    drops("long-outage", Step(State.FAILED, 7 * HOUR)),
    drops("logged-out", WAITING_FOR_SCAN),
    drops("logged-out-failed", Step(State.FAILED, restart="qr")),
    Script("logged-out-unscanned", (Step(State.WORKING, 10 * MINUTE, then="qr"),)),
    lies("zombie", Live.SILENT),
    lies("zombie-unpaired", Live.UNPAIRED),
    lies("zombie-conflict", Live.CONFLICT),
    lies("zombie-timeout", Live.TIMEOUT),
    blips(),
    drops("stuck", Step(State.STARTING, restart="up")),
    drops("banned", Step(State.FAILED, live=Live.BANNED)),
    drops(
        "flapping",
        Step(State.FAILED, 2, label="down", restart="down"),
        Step(State.STARTING, 2, then="down", restart="down"),
    ),
    Script("slow", (Step(State.WORKING, latency=4.0),)),
    answers("errors", Answer.ERROR),
    answers("garbage", Answer.GARBAGE),
    answers("hangs", Answer.HANG),
    drops("other-number", Step(State.STARTING, 20), Step(State.WORKING, phone=STRANGER)),
    drops("vanishes", Step(State.STOPPED, listed=False)),
    Script("never-linked", (WAITING_FOR_SCAN,)),
    drops("stopped", Step(State.STOPPED, restart="up")),
    Script("pairing", (Step(State.STARTING, 4, then="qr", linked=False, restart="qr"),)),
    drops("restricted", Step(State.WORKING, restriction=Restriction(7 * DAY))),
    drops("capped", Step(State.WORKING, restriction=Restriction(7 * DAY, quota=(250, 250)))),
)

CATALOGUE = {script.name: script for script in _SCRIPTS}


def script(name: str) -> Script:
    """A script by its name; raises `UnknownName`."""
    if name not in CATALOGUE:
        raise UnknownName(f"there is no script called {name}", candidates=sorted(CATALOGUE))
    return CATALOGUE[name]
