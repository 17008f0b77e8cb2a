"""Linking a number again: what to scan or type, until the right number is back."""

from dataclasses import dataclass, field

from healthcheckd.daemon.services.backstage import Backstage
from healthcheckd.domain.accounts import AccountId, digits, display_phone
from healthcheckd.domain.observations import Connection, Observation
from healthcheckd.errors import GatewayError, GatewayFault, Refused
from healthcheckd.ports.control import Caller, PairingReport
from healthcheckd.ports.gateway import Pairing
from healthcheckd.store.viewing import StoreViews

_SHOWS_A_CODE = frozenset({Connection.NEEDS_PAIRING, Connection.CONNECTING})


@dataclass(frozen=True, slots=True)
class PairingDesk:
    """Each question for a code to type makes a new one, and WhatsApp limits how many: one is kept while it lives."""

    backstage: Backstage
    views: StoreViews
    _codes: dict[tuple[AccountId, str], tuple[Pairing, float]] = field(default_factory=dict)

    async def pairing(self, account: AccountId, phone: str, begin: bool, caller: Caller) -> PairingReport:
        """What is read on the way counts as a reading: a number that is back is seen at once."""
        expected = (await self.views.account(account)).account.phone
        if begin:
            self._codes.pop((account, phone), None)
        seen = await self._look(account)
        if begin and seen.connection is not Connection.CONNECTED:
            async with self.backstage.act(f"pair {account}", caller):
                await self.backstage.gateway(account.gateway).begin_pairing(account.session, phone or None)
            seen = await self._look(account)
        _refuse_another(account, seen, expected)
        shown = await self._shown(account, phone) if seen.connection in _SHOWS_A_CODE else Pairing()
        return _report(account, seen, expected, shown)

    async def _shown(self, account: AccountId, phone: str) -> Pairing:
        now = self.backstage.clock.monotonic()
        kept, until = self._codes.get((account, phone), (Pairing(), now))
        if now < until:
            return kept
        shown = await self.backstage.gateway(account.gateway).pairing(account.session, phone or None)
        if shown.code:
            self._codes[account, phone] = shown, now + shown.lives.total_seconds()
        return shown

    async def _look(self, account: AccountId) -> Observation:
        """Raises `GatewayError` where the gateway has no usable answer, or no such session."""
        rounds = self.backstage.engine().rounds
        seen = await rounds.lookers[account.gateway].one(account.session)
        await rounds.apply(account.gateway, [seen])
        hint = f"healthcheck gateways check {account.gateway}"
        if seen.silence:
            raise GatewayError(GatewayFault.BAD_ANSWER, seen.silence, where=str(account), hint=hint)
        if not seen.found:
            raise GatewayError(GatewayFault.NOT_FOUND, "the gateway has no such session", where=str(account), hint=hint)
        return seen


def _refuse_another(account: AccountId, seen: Observation, expected: str) -> None:
    linked = digits(seen.phone)
    if seen.connection is Connection.CONNECTED and linked and expected and linked != digits(expected):
        raise Refused(
            f"{account} is linked to {display_phone(linked)}, and {display_phone(expected)} belongs there",
            hint=f"unlink it on that phone; or healthcheck accounts set {account} --phone {display_phone(linked)}",
        )


def _report(account: AccountId, seen: Observation, expected: str, shown: Pairing) -> PairingReport:
    return PairingReport(
        account=str(account),
        connection=seen.connection,
        phone=display_phone(seen.phone),
        expected_phone=expected,
        qr_text=shown.qr_text,
        qr_png=shown.qr_png,
        code=shown.code,
        lives_seconds=shown.lives.total_seconds(),
    )
