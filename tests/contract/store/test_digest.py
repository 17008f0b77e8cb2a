"""The operator's digest, from the rows to the message."""

from datetime import timedelta

from healthcheckd.domain.observations import Cause, Connection, missing
from healthcheckd.notify.render import Renderer
from healthcheckd.settings import EmailSettings, OperatorSettings, Settings
from tests.contract.store.conftest import OPS, World

SETTINGS = Settings(
    operator=OperatorSettings(email=(OPS,)),
    email=EmailSettings(enabled=True, host="127.0.0.1", sender="watch@example.com"),
)


async def test_the_digest_counts_the_day_and_names_who_needs_a_person(world: World) -> None:
    await world.up("shop", "kiosk")
    await world.see("kiosk", Connection.NEEDS_PAIRING, cause=Cause.NEEDS_PAIRING)
    await world.store.notices.digest(world.now)
    [[notice]] = [group for group in await world.messages() if group[0].kind == "digest"]
    assert (notice.recipient, notice.payload["healthy"], notice.payload["warning"]) == (OPS, 1, 1)
    assert notice.payload["outages"] == 1
    assert [subject.account.id.session for subject in notice.subjects] == ["kiosk"]
    message = Renderer(SETTINGS)([notice], world.now)
    assert "1 healthy, 1 warning, 0 critical" in message.subject
    assert "kiosk" in message.text


async def test_the_same_digest_is_owed_once(world: World) -> None:
    first = await world.store.notices.digest(world.now)
    again = await world.store.notices.digest(world.now)
    assert (len(first), len(again)) == (1, 0)


async def test_a_session_that_went_away_is_a_line_of_the_digest(world: World) -> None:
    await world.up("shop", "kiosk")
    for _ in range(2):
        await world.apply([missing("kiosk", world.now)])
        world.wait(15)
    await world.store.notices.digest(world.now)
    [[notice]] = [group for group in await world.messages() if group[0].kind == "digest"]
    assert notice.payload["gone"] == ["kiosk"]


async def test_yesterdays_outages_are_not_counted_again(world: World) -> None:
    await world.up("shop")
    await world.down("shop")
    world.now += timedelta(days=2)
    await world.store.notices.digest(world.now)
    [[notice]] = [group for group in await world.messages() if group[0].kind == "digest"]
    assert notice.payload["outages"] == 0
