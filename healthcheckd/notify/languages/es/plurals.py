"""Spanish: sentences that depend on a number. `many` is for whole millions: “1.000.000 de cuentas”."""

from collections.abc import Mapping

PLURALS: Mapping[str, Mapping[str, str]] = {
    # The hour of a time that follows “desde”
    "hour": {"one": "la {time}", "many": "las {time}", "other": "las {time}"},
    "accounts": {"one": "{count} cuenta", "many": "{count} de cuentas", "other": "{count} cuentas"},
    "accounts_offline": {
        "one": "{count} cuenta está sin conexión: {action}",
        "many": "{count} de cuentas están sin conexión: {action}",
        "other": "{count} cuentas están sin conexión: {action}",
    },
    "accounts_not_visible": {
        "one": "No podemos ver {count} cuenta desde {since}: {action}",
        "many": "No podemos ver {count} de cuentas desde {since}: {action}",
        "other": "No podemos ver {count} cuentas desde {since}: {action}",
    },
    "accounts_need_you": {
        "one": "{count} cuenta requiere su atención: {names}",
        "many": "{count} de cuentas requieren su atención: {names}",
        "other": "{count} cuentas requieren su atención: {names}",
    },
    "accounts_back": {
        "one": "{count} cuenta vuelve a tener conexión: {names}",
        "many": "{count} de cuentas vuelven a tener conexión: {names}",
        "other": "{count} cuentas vuelven a tener conexión: {names}",
    },
    "mass_over_gateway": {
        "one": "{count} cuenta del gateway {subject} ha vuelto después de {duration}",
        "many": "{count} de cuentas del gateway {subject} han vuelto después de {duration}",
        "other": "{count} cuentas del gateway {subject} han vuelto después de {duration}",
    },
    "mass_over_engine": {
        "one": "{count} cuenta en {subject} ha vuelto después de {duration}",
        "many": "{count} de cuentas en {subject} han vuelto después de {duration}",
        "other": "{count} cuentas en {subject} han vuelto después de {duration}",
    },
    "mass_over_label": {
        "one": "{count} cuenta con {subject} ha vuelto después de {duration}",
        "many": "{count} de cuentas con {subject} han vuelto después de {duration}",
        "other": "{count} cuentas con {subject} han vuelto después de {duration}",
    },
    "mass_over_network": {
        "one": "{count} cuenta ha vuelto después de {duration}",
        "many": "{count} de cuentas han vuelto después de {duration}",
        "other": "{count} cuentas han vuelto después de {duration}",
    },
    "mass_still_down": {
        "one": "{count} cuenta sigue sin conexión. Recibirá un aviso aparte.",
        "many": "{count} de cuentas siguen sin conexión. Recibirá un aviso aparte.",
        "other": "{count} cuentas siguen sin conexión. Recibirá un aviso aparte.",
    },
    "idle_clients": {
        "one": "{count} cliente sin uso se detendrá en una hora: vea si todavía lo necesita",
        "many": "{count} de clientes sin uso se detendrán en una hora: vea si todavía necesita alguno",
        "other": "{count} clientes sin uso se detendrán en una hora: vea si todavía necesita alguno",
    },
    "more_rows": {
        "one": "y {count} cuenta más",
        "many": "y {count} de cuentas más",
        "other": "y {count} cuentas más",
    },
}
