"""One engine at work: its loops, and its end. A reload ends it as a stop does, only without haste."""

import asyncio

from healthcheckd.daemon.wiring import Engine


async def work(engine: Engine) -> None:
    """Until it is told to stop; what it has under way is then finished, or, when cancelled, cut off."""
    try:
        await _turn(engine)
        await asyncio.gather(engine.runs.finish(), engine.reconnector.finish())
    except BaseException:
        await asyncio.gather(engine.runs.cut_off(), engine.reconnector.cut_off())
        raise
    finally:
        # Only now: a loop that still reads would take its closed connections for a gateway that does not answer.
        await engine.close()


async def _turn(engine: Engine) -> None:
    async with asyncio.TaskGroup() as loops:
        loops.create_task(engine.aftercare.run(engine.stop), name="aftercare")
        loops.create_task(engine.hints.run(engine.stop), name="hints")
        if engine.outbox is not None:
            loops.create_task(engine.outbox.run(engine.stop), name="outbox")
        loops.create_task(engine.courier.run(engine.stop), name="courier")
        if engine.self_test is not None:
            loops.create_task(engine.self_test.run(engine.stop), name="self-test")
        if engine.heartbeat is not None:
            loops.create_task(engine.heartbeat.run(engine.stop), name="heartbeat")
        if engine.prover is not None:
            loops.create_task(engine.prover.run(engine.stop), name="proofs")
        await engine.stop.wait()
