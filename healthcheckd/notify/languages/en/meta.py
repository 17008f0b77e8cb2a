"""English: what mends a number of Meta's Cloud API, which has no phone to take and no code to scan."""

# ruff: noqa: E501  # a sentence stays on one line, as translators read it

from collections.abc import Mapping

from healthcheckd.notify.languages.catalogue import Remedy

_ACTION = "look in Meta Business Manager"
_LOOK = "Open Meta Business Manager → WhatsApp accounts → Phone numbers, and see what it says of this number. If you have no access, ask {helper}."
_LOOK_OPERATOR = "Open Meta Business Manager → WhatsApp accounts → Phone numbers, and see what it says of this number."
_QUALITY = "Open Meta Business Manager → Business Support Home (account quality): it says which rule was broken."

_REMOVED = Remedy(
    label="No longer in the business account",
    action=_ACTION,
    operator_action=_ACTION,
    happened="The number was deleted from its WhatsApp business account, or migrated out of it. Until it is back, nothing can be sent or received through it.",
    steps=(
        _LOOK,
        "If it was deleted or migrated on purpose, tell {helper}, so that it is no longer watched.",
        "Otherwise add it to the business account again, and register it with its PIN.",
    ),
    operator_steps=(
        _LOOK_OPERATOR,
        "If it was deleted or migrated on purpose, disable the account here; else add the number again, and register it with its PIN.",
    ),
)

META: Mapping[str, Remedy] = {
    "logged_out": _REMOVED,
    "gone": _REMOVED,
    "needs_pairing": Remedy(
        label="Not registered with Meta",
        action=_ACTION,
        operator_action=_ACTION,
        happened="The number is in the business account, but not registered: until it is, it neither sends nor receives.",
        steps=(
            _LOOK,
            "If it is not verified, verify it there with the code that Meta sends by SMS or call.",
            "Then register it with the PIN of its two-step verification. If you do not know the PIN, set a new one there.",
        ),
        operator_steps=(
            _LOOK_OPERATOR,
            "Verify it if it is not verified, then register it again with the PIN of its two-step verification.",
        ),
    ),
    "banned": Remedy(
        label="Banned by Meta",
        action="ask for a review in Meta Business Manager",
        operator_action="ask for a review in Meta Business Manager",
        happened="Meta has banned this number or its business account: nothing can be sent through it.",
        steps=(
            _QUALITY,
            "Ask for a review there, and say truthfully what the number is used for.",
            "Wait for the answer, which may take some days. If you need to be reachable, tell your contacts another number.",
        ),
        operator_steps=(
            _QUALITY,
            "Ask for a review there. See whether other numbers of the same business account are in danger.",
        ),
    ),
    "flapping": Remedy(
        label="Works and fails again and again",
        action=_ACTION,
        operator_action=_ACTION,
        happened="Meta says by turns that the number works and that it does not, so messages may be late or lost.",
        steps=(_LOOK,),
        operator_steps=(_LOOK_OPERATOR, "See in its history what Meta said each time."),
    ),
    "number_changed": Remedy(
        label="Another number",
        action=_ACTION,
        operator_action=_ACTION,
        happened="Meta now gives another phone number for this account.",
        steps=(_LOOK, "If the change was meant, tell {helper} the new number."),
        operator_steps=(
            "If the change was meant, set the new number and its owner here. The owner of the old number is told nothing.",
        ),
    ),
    "gateway_down": Remedy(
        label="Not visible: Meta does not answer",
        action="nothing to do for now",
        operator_action="see what Meta answers to our key",
        happened="Meta does not answer our questions, so nobody can tell whether the number works. The operator has been told.",
        steps=("There is nothing to fix in Meta Business Manager for now. For news, ask {helper}.",),
        operator_steps=("See what Meta answers to our key; its numbers are read again as soon as it answers.",),
    ),
    "restricted": Remedy(
        label="Restricted by Meta",
        action=_ACTION,
        operator_action=_ACTION,
        happened="The number works, but not fully: Meta limits what it may send. If it says why, its words are below.",
        steps=(_LOOK, "Send fewer messages, and only to people who expect them."),
        operator_steps=(_LOOK_OPERATOR, "Check its quality, its limit and the payment method of the business account."),
    ),
    "unknown": Remedy(
        label="Does not work, says Meta",
        action=_ACTION,
        operator_action=_ACTION,
        happened="Meta says that this number does not work. If it says why, its words are below.",
        steps=(_LOOK, "Fix there what Meta asks for; we see by ourselves when the number works again."),
        operator_steps=(_LOOK_OPERATOR, "Fix there what Meta asks for; from here nothing can be restarted."),
    ),
}
