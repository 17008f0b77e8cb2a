"""Channels by hand: looked at, and tried."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

from healthcheckd.daemon.services.backstage import Backstage
from healthcheckd.daemon.services.mail import test_notice
from healthcheckd.domain.naming import check_known
from healthcheckd.domain.reports.channels import ChannelRow, ChannelStanding
from healthcheckd.errors import UsageError
from healthcheckd.notify.email import EmailChannel
from healthcheckd.ports.control import Caller
from healthcheckd.settings import ChannelSettings, Settings
from healthcheckd.store.viewing import StoreViews

_OWNERS = "owner_email of accounts"


@dataclass(frozen=True, slots=True)
class ChannelService:
    """Fills `ChannelControl`."""

    backstage: Backstage
    views: StoreViews

    async def listed(self) -> Sequence[ChannelRow]:
        known = await self.views.channel_standings()
        settings = self.backstage.engine().settings
        mail = [ChannelRow(EmailChannel.name, "mail")] if settings.email.enabled else []
        return [
            replace(way, used_by=tuple(_users(way.name, settings)), **asdict(known.get(way.name, ChannelStanding())))
            for way in (*mail, *map(_row, settings.channels))
        ]

    async def test(self, channel: str, address: str, caller: Caller) -> str:
        """One that fails is told to whoever asked and counts for nothing; one that arrives proves that the channel
        works, and ends its incident, if there is one."""
        engine = self.backstage.engine()
        check_known("channel", channel, tuple(engine.mailing.channels))
        to = address or _sample_address(channel, engine.settings)
        now = self.backstage.clock.now()
        message = engine.mailing.renderer([test_notice(channel, to, now)], now)
        async with self.backstage.act(f"channels test {channel}", caller) as act:
            answer = await engine.mailing.channels[channel].deliver(message)
            act.outcome = "accepted"
        engine.publish(await self.backstage.store.notices.channel_outcome(channel, now, ""))
        if engine.outbox is not None:
            engine.outbox.works(channel)
        return answer


def _row(channel: ChannelSettings) -> ChannelRow:
    return ChannelRow(channel.name, channel.kind, channel.via)


def _users(channel: str, settings: Settings) -> Iterator[str]:
    yield from (one.name for one in settings.contacts if one.channel == channel)
    if channel == EmailChannel.name:
        yield from settings.operator.email
        if any(account.owner_email for account in settings.accounts):
            yield _OWNERS


def _sample_address(channel: str, settings: Settings) -> str:
    """That of the first contact, where the channel asks for one."""
    placeholders = {one.name: one.placeholders for one in settings.channels}
    asked = channel == EmailChannel.name or placeholders.get(channel)
    addresses = [one.address for one in settings.contacts if one.channel == channel and one.address]
    if channel == EmailChannel.name:
        addresses += settings.operator.email
    if asked and not addresses:
        raise UsageError("say to whom", where="address", hint=f"healthcheck channels test {channel} --to ADDRESS")
    return addresses[0] if asked else channel
