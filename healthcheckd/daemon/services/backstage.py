"""What every service stands on, and how each leaves its trace."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from healthcheckd.daemon.services.events import EventHub
from healthcheckd.daemon.wiring import Engine
from healthcheckd.domain.naming import check_known
from healthcheckd.errors import HealthcheckError
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.control import Caller
from healthcheckd.ports.gateway import Gateway
from healthcheckd.store.database import Store

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Act:
    """Something a person does; `outcome` is what the trail will say of it."""

    outcome: str = "done"


@dataclass(frozen=True, slots=True)
class Backstage:
    """`engine` is the one in force, which a reload replaces."""

    store: Store
    clock: Clock
    engine: Callable[[], Engine]
    events: EventHub

    def gateway(self, name: str) -> Gateway:
        """Raises `UnknownName`."""
        gateways = self.engine().gateways
        check_known("gateway", name, tuple(gateways))
        return gateways[name]

    @asynccontextmanager
    async def act(self, what: str, caller: Caller) -> AsyncIterator[Act]:
        """One row in the trail and one line in the log, whatever becomes of it."""
        act = Act()
        try:
            yield act
        except HealthcheckError as error:
            act.outcome = f"{error.code}: {error.what.partition(chr(10))[0]}"
            raise
        except BaseException as error:
            act.outcome = f"broke off: {type(error).__name__}"
            raise
        finally:
            logger.info("%s by user %s: %s", what, caller.who, act.outcome, extra={"action": "command", "what": what})
            await self.store.runs.audit(self.clock.now(), caller.who, caller.how, what, act.outcome)
