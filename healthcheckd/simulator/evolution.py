"""Evolution API's dialect: routes, status codes, and the success that is none."""

from healthcheckd.simulator import evolution_shapes as shapes
from healthcheckd.simulator.evolution_webhook import webhook
from healthcheckd.simulator.exchange import Call, Deed, Reply, Stage
from healthcheckd.simulator.scripts import Live, State
from healthcheckd.simulator.session import Claim, Verb

DID_NOTHING = {"error": True, "message": "[object Object]"}


class Evolution:
    """An Evolution API v2 server, with `/metrics` or without."""

    def __init__(self, *, metrics: bool = False) -> None:
        self._metrics = metrics

    def deed(self, call: Call) -> Deed | None:
        """`connect` is a GET that starts what is closed."""
        match call.method, call.segments:
            case ("GET", ("instance", "connect" as verb, name)) | ("POST", ("instance", "restart" as verb, name)):
                return Deed(name, verb)
            case "POST", ("webhook", "set", name):
                return Deed(name, "webhook")
        return None

    def answer(self, call: Call, stage: Stage) -> Reply:
        """The answer to one request; its verbs take effect here."""
        match call.method, call.segments:
            case "GET", ("",):
                return _welcome()
            case "GET", ("metrics",) if self._metrics:
                return Reply(200, shapes.metrics(stage).encode(), "text/plain; version=0.0.4; charset=utf-8")
            case "GET", ("instance", "fetchInstances"):
                return _unauthorized() if _refused(call, stage) else _list(call, stage)
            case _, (_, _, name):
                return _about_instance(call, stage, name)
        return _no_route(call)

    def broken(self) -> Reply:
        """Its answer when something failed inside."""
        return shapes.failed(500, shapes.BROKEN)


def _about_instance(call: Call, stage: Stage, name: str) -> Reply:
    """Whether the instance exists is looked for before the key."""
    claim = stage.claim(name)
    if claim is None:
        return shapes.failed(404, [f'The "{name}" instance does not exist'])
    if _refused(call, stage):
        return _unauthorized()
    match call.method, call.segments[0], call.segments[1]:
        case "GET", "instance", "connectionState":
            return Reply.json(shapes.connection_state(claim)).spoiled(claim, shapes.failed(500, shapes.BROKEN))
        case "GET", "instance", "connect":
            return _connect(call, claim, stage)
        case "POST", "instance", "restart":
            return _restart(claim, stage)
        case "POST", "chat", "fetchBusinessProfile":
            return _business_profile(claim).spoiled(claim, shapes.failed(500, shapes.BROKEN))
        case _, "webhook", _:
            return webhook(call, claim, stage) or _no_route(call)
    return _no_route(call)


def _list(call: Call, stage: Stage) -> Reply:
    wanted = call.query("instanceName")
    claims = [] if stage.faults.empty_list and not wanted else stage.claims()
    shown = [shapes.row(claim, stage) for claim in claims if wanted in {"", claim.name}]
    if wanted and not shown:
        return shapes.failed(404, [f'Instance "{wanted}" not found'])
    return Reply.json(shown)


def _connect(call: Call, claim: Claim, stage: Stage) -> Reply:
    """Revives what is closed; of what is connecting it shows the code; what is not loaded it cannot start. A number
    counts only when the client is started."""
    if claim.state is State.STOPPED:
        return Reply.json(DID_NOTHING)
    if claim.state is State.WORKING:
        return Reply.json(shapes.connection_state(claim))
    player = stage.players[claim.name]
    if claim.state is State.FAILED:
        player.hear(Verb.RESTART, stage.now)
        stage.memory[claim.name] = call.query("number")
    return Reply.json(shapes.qr_code(player.claim(stage.now), stage.memory.get(claim.name, "")))


def _restart(claim: Claim, stage: Stage) -> Reply:
    if claim.state in {State.STOPPED, State.FAILED}:
        return Reply.json(DID_NOTHING)
    player = stage.players[claim.name]
    player.hear(Verb.RESTART, stage.now)
    return Reply.json(shapes.qr_code(player.claim(stage.now), ""))


def _business_profile(claim: Claim) -> Reply:
    """A question that WhatsApp itself has to answer."""
    if claim.step.live is Live.TIMEOUT:
        return Reply(hangs=True)
    if claim.state is State.WORKING and claim.step.live is Live.AS_CLAIMED:
        return Reply.json({"isBusiness": False, "message": "Not is business profile", "exists": True})
    return shapes.failed(500, ["Error updating profile name", "Error: Connection Closed"])


def _welcome() -> Reply:
    message = "Welcome to the Evolution API, it is working!"
    return Reply.json({"status": 200, "message": message, "version": shapes.VERSION, "clientName": "sim"})


def _refused(call: Call, stage: Stage) -> bool:
    return stage.faults.wrong_key or (stage.api_key is not None and call.header("apikey") != stage.api_key)


def _unauthorized() -> Reply:
    return shapes.failed(401, "Unauthorized")


def _no_route(call: Call) -> Reply:
    return shapes.failed(404, [f"Cannot {call.method} {call.target}"])
