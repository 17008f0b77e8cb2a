"""The embedded gateway: a real HTTP server with scripted accounts."""

from healthcheckd.simulator.cast import demo_cast
from healthcheckd.simulator.catalogue import CATALOGUE, script
from healthcheckd.simulator.scripts import Script, Step
from healthcheckd.simulator.server import Simulator
from healthcheckd.simulator.session import ScriptedSession

__all__ = ["CATALOGUE", "Script", "ScriptedSession", "Simulator", "Step", "demo_cast", "script"]
