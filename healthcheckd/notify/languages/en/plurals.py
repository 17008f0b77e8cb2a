"""English: sentences that depend on a number."""

from collections.abc import Mapping

PLURALS: Mapping[str, Mapping[str, str]] = {
    # The hour of a time that follows “since”
    "hour": {"one": "{time}", "other": "{time}"},
    "accounts": {"one": "{count} account", "other": "{count} accounts"},
    "accounts_offline": {
        "one": "{count} account is offline: {action}",
        "other": "{count} accounts are offline: {action}",
    },
    "accounts_not_visible": {
        "one": "{count} account has not been visible since {since}: {action}",
        "other": "{count} accounts have not been visible since {since}: {action}",
    },
    "accounts_need_you": {
        "one": "{count} account needs you: {names}",
        "other": "{count} accounts need you: {names}",
    },
    "accounts_back": {
        "one": "{count} account is back online: {names}",
        "other": "{count} accounts are back online: {names}",
    },
    "mass_over_gateway": {
        "one": "{count} account on gateway {subject} is back after {duration}",
        "other": "{count} accounts on gateway {subject} are back after {duration}",
    },
    "mass_over_engine": {
        "one": "{count} account on {subject} is back after {duration}",
        "other": "{count} accounts on {subject} are back after {duration}",
    },
    "mass_over_label": {
        "one": "{count} account with {subject} is back after {duration}",
        "other": "{count} accounts with {subject} are back after {duration}",
    },
    "mass_over_network": {
        "one": "{count} account is back after {duration}",
        "other": "{count} accounts are back after {duration}",
    },
    "mass_still_down": {
        "one": "{count} account stayed down. You will hear of it separately.",
        "other": "{count} accounts stayed down. You will hear of them separately.",
    },
    "idle_clients": {
        "one": "{count} idle client will be stopped in an hour: see whether you still need it",
        "other": "{count} idle clients will be stopped in an hour: see whether you still need one",
    },
    "more_rows": {"one": "and {count} more account", "other": "and {count} more accounts"},
}
