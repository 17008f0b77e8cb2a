"""Mail by hand: logged in, tried, and given another chance."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from healthcheckd.daemon.services.backstage import Backstage
from healthcheckd.daemon.wiring import Engine
from healthcheckd.domain.notices import NoticeKind
from healthcheckd.domain.profile import parse_value
from healthcheckd.errors import Refused, UsageError
from healthcheckd.notify.email import EmailChannel
from healthcheckd.ports.control import Caller
from healthcheckd.ports.store import OwedNotice


@dataclass(frozen=True, slots=True)
class MailService:
    """Fills `MailControl`."""

    backstage: Backstage

    async def verify(self, caller: Caller) -> str:
        """Looking changes nothing, so it leaves no trace."""
        return await _channel(self.backstage.engine()).verify()

    async def test(self, address: str, caller: Caller) -> str:
        engine = self.backstage.engine()
        channel = _channel(engine)
        now = self.backstage.clock.now()
        message = engine.mailing.renderer([test_notice(EmailChannel.name, _checked(address), now)], now)
        async with self.backstage.act("email test", caller) as act:
            answer = await channel.deliver(message)
            act.outcome = "accepted"
        return answer

    async def retry(self, notices: Sequence[int], caller: Caller) -> int:
        named = " ".join(map(str, notices)) or "--all"
        async with self.backstage.act(f"notices retry {named}", caller) as act:
            retried = await self.backstage.store.notices.retry(notices, self.backstage.clock.now())
            act.outcome = f"{retried} owed again"
        if (outbox := self.backstage.engine().outbox) is not None:
            outbox.wake()
        return retried


def _channel(engine: Engine) -> EmailChannel:
    if engine.mailing.channel is None:
        raise Refused("mail is off", hint="set EMAIL_SERVICE and SMTP_HOST, or [email] in the configuration")
    return engine.mailing.channel


def _checked(address: str) -> str:
    try:
        found = parse_value("owner_email", address)
    except UsageError:
        found = ()
    if not isinstance(found, tuple) or len(found) != 1:
        raise UsageError("must be one mail address", where="address", hint="healthcheck email test ops@example.com")
    return found[0]


def test_notice(channel: str, address: str, now: datetime) -> OwedNotice:
    """Never owed: it goes once, now, and whoever asked sees the answer."""
    name = uuid.uuid4().hex
    return OwedNotice(
        id=0,
        key=name,
        kind=NoticeKind.TEST,
        channel=channel,
        recipient=address,
        language="",
        time_zone="",
        message_id=f"<{name}@test.healthcheckd>",
        incident=None,
        started_at=None,
        ended_at=None,
        reminder=0,
        tries=0,
        created_at=now,
        payload={"role": "operator"},
    )
