"""What a first look at a gateway found."""

from collections.abc import Sequence

from healthcheckd.cli.output import Column, Screen
from healthcheckd.cli.screens.terms import standing
from healthcheckd.cli.words import NOTHING, count
from healthcheckd.domain.accounts import display_phone
from healthcheckd.domain.observations import Observation
from healthcheckd.ports.gateway import GatewayCheck

_SHOWN = 20


def draw_found(screen: Screen, kind: str, found: GatewayCheck, sessions: Sequence[Observation]) -> None:
    screen.say(f"Found {kind} {found.version}".rstrip() + f", {count(len(sessions), 'session')}:")
    columns = [Column("SESSION"), Column("NAME", cut=True), Column("PHONE"), Column("STATE")]
    shown = sessions[:_SHOWN]
    screen.listing(columns, [_row(session) for session in shown])
    if len(sessions) > _SHOWN:
        screen.say(f"… and {len(sessions) - _SHOWN:,} more")
    for sentence in found.advice:
        screen.paragraph(sentence)
    screen.say()


def _row(session: Observation) -> list[str]:
    return [session.session, session.push_name or NOTHING, display_phone(session.phone), standing(session.connection)]
