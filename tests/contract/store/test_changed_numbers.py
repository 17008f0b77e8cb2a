"""A session that is up with somebody else's number, from the reading to the letter."""

from healthcheckd.domain.observations import Connection
from healthcheckd.notify.render import Renderer
from healthcheckd.settings import Settings
from tests.contract.store.conftest import OPS, World


async def test_the_operator_is_told_which_number_is_linked_now(world: World) -> None:
    await world.up("shop")
    await world.see("shop", Connection.CONNECTED, phone="5511988887777")
    world.wait(15)
    await world.see("shop", Connection.CONNECTED, phone="5511977776666")
    world.wait(15)
    [[notice]] = await world.messages()
    assert (notice.recipient, notice.payload["number"]) == (OPS, "5511977776666")
    subject = Renderer(Settings())([notice], world.now).subject
    assert subject == "Shop (+5511988887777) is now linked to another number, +5511977776666: find out who linked it"
