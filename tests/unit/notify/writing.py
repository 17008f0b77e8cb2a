"""Letters to read in a test, and settings to write them by."""

from dataclasses import replace

from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.notify.letter import Letter
from healthcheckd.notify.occasion import Occasion
from healthcheckd.notify.render import write
from healthcheckd.notify.samples import NOW, subject
from healthcheckd.ports.store import NoticeSubject, OwedNotice
from healthcheckd.settings import NotifySettings, Settings

BARE = Settings()
LINKED = replace(BARE, notify=NotifySettings(reconnect_url="https://x.example/{gateway}/{session}?p={phone}"))
SHOP = subject("shop", "Shop", "+55 11 98888-7777", Cause.LOGGED_OUT)


def letter(*notices: OwedNotice, settings: Settings = BARE) -> Letter:
    return write(Occasion(notices, settings, NOW))


def down(cause: Cause | None, connection: Connection = Connection.DISCONNECTED, **vitals: object) -> NoticeSubject:
    one = subject("shop", "Shop", "+55 11 98888-7777", cause, connection)
    return replace(one, vitals=replace(one.vitals, **vitals))


def words_of(written: Letter) -> str:
    return "\n".join(
        [written.headline, *written.intro, *written.tips]
        + [text for section in written.sections for text in (section.text, *section.steps, *section.commands)]
    )
