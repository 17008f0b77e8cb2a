"""Webhooks by hand: looked at, tried, and told again."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from healthcheckd.daemon.services.backstage import Backstage
from healthcheckd.domain.naming import check_known
from healthcheckd.domain.reports.webhooks import Standing, WebhookRow
from healthcheckd.domain.webhooks import TEST_EVENT, as_json
from healthcheckd.engine.courier import Route
from healthcheckd.ports.control import Again, Caller
from healthcheckd.ports.webhooks import Parcel
from healthcheckd.store.rows import written
from healthcheckd.store.viewing import StoreViews


@dataclass(frozen=True, slots=True)
class WebhookService:
    """Fills `WebhookControl`."""

    backstage: Backstage
    views: StoreViews

    async def listed(self) -> Sequence[WebhookRow]:
        known = await self.views.webhook_standings()
        return [
            WebhookRow(one.name, one.place, one.events, **asdict(known.get(one.name, Standing())))
            for one in self.backstage.engine().settings.webhooks
        ]

    async def test(self, webhook: str, caller: Caller) -> str:
        """Never owed: it goes once, now, and whoever asked sees the answer."""
        route = self._route(webhook)
        body = {"event": TEST_EVENT, "timestamp": written(self.backstage.clock.now()), "by": caller.who}
        async with self.backstage.act(f"webhooks test {webhook}", caller) as act:
            answer = await route.webhook.post(Parcel(uuid.uuid4().hex, uuid.uuid4().hex, TEST_EVENT, as_json(body)))
            act.outcome = "taken"
        return answer

    async def replay(self, webhook: str, wanted: Again, caller: Caller) -> int:
        route = self._route(webhook)
        async with self.backstage.act(f"webhooks replay {webhook}{_said(wanted)}", caller) as act:
            replayed = await self.backstage.store.deliveries.replay(webhook, wanted, self.backstage.clock.now())
            act.outcome = f"{replayed} owed again"
        route.wake()
        return replayed

    def _route(self, webhook: str) -> Route:
        routes = self.backstage.engine().courier.routes
        check_known("webhook", webhook, tuple(routes))
        return routes[webhook]


def _said(wanted: Again) -> str:
    """As it was typed."""
    since = f" --since {wanted.since:%Y-%m-%dT%H:%M:%SZ}" if wanted.since else ""
    account = f" --account {wanted.account}" if wanted.account else ""
    return since + account + (" --dead" if wanted.dead else "")
