"""The dozen accounts of the demonstration, and what becomes of them."""

from collections.abc import Sequence

from healthcheckd.simulator.catalogue import MINUTE, blips, script
from healthcheckd.simulator.scripts import Script, State
from healthcheckd.simulator.session import ScriptedSession


def demo_cast(
    *, passing: Sequence[State] = (State.STARTING, State.STOPPED), zombie: str = "zombie"
) -> tuple[ScriptedSession, ...]:
    """All are connected at first; at speed 240 six hours pass in 90 s, and the first falls after 3 s.

    Without `passing` states nobody blips; without the name of a `zombie` script nobody lies.
    """
    courier = blips(lasts=2 * MINUTE, passing=passing) if passing else script("steady")
    bookings = script(zombie).after(80 * MINUTE) if zombie else script("steady")
    return (*_troubled(courier, bookings), *_steady())


def _troubled(courier: Script, bookings: Script) -> tuple[ScriptedSession, ...]:
    return (
        _account("bakery", "Rosa's Bakery", "442079460101", script("long-outage").after(12 * MINUTE)),
        _account("shop-centro", "Shop Centro", "5511988880001", script("needs-restart").after(40 * MINUTE)),
        _account("clinic", "Clínica Vida", "5511988880002", script("logged-out").after(60 * MINUTE)),
        _account("bookings", "Harbour Bookings", "442079460102", bookings),
        _account("courier", "Night Courier", "12025550103", courier),
        _account("repairs", "Bike Repairs", "442079460104", script("flapping").after(100 * MINUTE)),
    )


def _steady() -> tuple[ScriptedSession, ...]:
    return (
        _account("support-en", "Support", "12025550105", script("steady")),
        _account("support-pt", "Atendimento", "5511988880006", script("steady")),
        _account("vendas-1", "Vendas São Paulo", "5511988880007", script("steady")),
        _account("vendas-2", "Vendas Recife", "5581988880008", script("steady")),
        _account("florist", "Blumen Klein", "493023125109", script("steady")),
        _account("school", "Evening School", "12025550110", script("steady")),
    )


def _account(name: str, push_name: str, phone: str, life: Script) -> ScriptedSession:
    return ScriptedSession(name=name, script=life, phone=phone, push_name=push_name)
