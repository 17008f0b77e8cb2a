"""Brazilian Portuguese: sentences that depend on a number. `many` is for whole millions: “1.000.000 de contas”."""

from collections.abc import Mapping

PLURALS: Mapping[str, Mapping[str, str]] = {
    # The hour of a time that follows “desde”
    "hour": {"one": "a {time}", "many": "as {time}", "other": "as {time}"},
    "accounts": {"one": "{count} conta", "many": "{count} de contas", "other": "{count} contas"},
    "accounts_offline": {
        "one": "{count} conta está sem conexão: {action}",
        "many": "{count} de contas estão sem conexão: {action}",
        "other": "{count} contas estão sem conexão: {action}",
    },
    "accounts_not_visible": {
        "one": "Não conseguimos ver {count} conta desde {since}: {action}",
        "many": "Não conseguimos ver {count} de contas desde {since}: {action}",
        "other": "Não conseguimos ver {count} contas desde {since}: {action}",
    },
    "accounts_need_you": {
        "one": "{count} conta precisa de você: {names}",
        "many": "{count} de contas precisam de você: {names}",
        "other": "{count} contas precisam de você: {names}",
    },
    "accounts_back": {
        "one": "{count} conta voltou a se conectar: {names}",
        "many": "{count} de contas voltaram a se conectar: {names}",
        "other": "{count} contas voltaram a se conectar: {names}",
    },
    "mass_over_gateway": {
        "one": "{count} conta do gateway {subject} voltou depois de {duration}",
        "many": "{count} de contas do gateway {subject} voltaram depois de {duration}",
        "other": "{count} contas do gateway {subject} voltaram depois de {duration}",
    },
    "mass_over_engine": {
        "one": "{count} conta em {subject} voltou depois de {duration}",
        "many": "{count} de contas em {subject} voltaram depois de {duration}",
        "other": "{count} contas em {subject} voltaram depois de {duration}",
    },
    "mass_over_label": {
        "one": "{count} conta com {subject} voltou depois de {duration}",
        "many": "{count} de contas com {subject} voltaram depois de {duration}",
        "other": "{count} contas com {subject} voltaram depois de {duration}",
    },
    "mass_over_network": {
        "one": "{count} conta voltou depois de {duration}",
        "many": "{count} de contas voltaram depois de {duration}",
        "other": "{count} contas voltaram depois de {duration}",
    },
    "mass_still_down": {
        "one": "{count} conta continua sem conexão. Você será avisado à parte.",
        "many": "{count} de contas continuam sem conexão. Você será avisado à parte.",
        "other": "{count} contas continuam sem conexão. Você será avisado à parte.",
    },
    "idle_clients": {
        "one": "{count} cliente sem uso será parado em uma hora: veja se você ainda precisa dele",
        "many": "{count} de clientes sem uso serão parados em uma hora: veja se você ainda precisa de algum",
        "other": "{count} clientes sem uso serão parados em uma hora: veja se você ainda precisa de algum",
    },
    "more_rows": {
        "one": "e mais {count} conta",
        "many": "e mais {count} de contas",
        "other": "e mais {count} contas",
    },
}
