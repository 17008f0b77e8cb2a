"""English: what each cause means to the owner of a number, and what mends it."""

# ruff: noqa: E501  # a sentence stays on one line, as translators read it

from collections.abc import Mapping

from healthcheckd.notify.languages.catalogue import Remedy

_SCAN = (
    "{open_qr}",
    "On the phone of this number, open WhatsApp → Settings → Linked devices (on Android: the three dots → Linked devices).",
    "Tap “Link a device” and scan the code. A code lives for less than a minute: have the phone ready first.",
    "Leave WhatsApp open on the phone for a minute, until it has finished linking.",
)
_SCAN_OPERATOR = ("Ask the owner to scan a new QR code, or show one yourself with the command below.",)

_WAKE = (
    "Check that the phone is switched on, charged and on the internet, and open WhatsApp on it.",
    "On the phone, open WhatsApp → Settings → Linked devices and see whether the linked device is still in the list.",
    "If it is not in the list, link it again. {open_qr}",
    "If it is in the list and nothing changes within an hour, ask {helper}.",
)
_WAKE_OPERATOR = (
    "We keep trying to reconnect it, with growing pauses, so that WhatsApp does not take it for abuse.",
    "Look at the gateway's log for this session; the command below shows what was seen and tried so far.",
    "Check the gateway's internet connection, and any firewall or proxy in between.",
)

REMEDIES: Mapping[str, Remedy] = {
    "logged_out": Remedy(
        label="Logged out",
        action="scan the QR code",
        operator_action="have the QR code scanned",
        happened="The number was unlinked, on the phone or by WhatsApp. A restart cannot fix this: it has to be linked again.",
        steps=_SCAN,
        operator_steps=_SCAN_OPERATOR,
    ),
    "needs_pairing": Remedy(
        label="Waiting for a QR code to be scanned",
        action="scan the QR code",
        operator_action="have the QR code scanned",
        happened="The number waits for a QR code to be scanned; until then it neither sends nor receives.",
        steps=_SCAN,
        operator_steps=_SCAN_OPERATOR,
    ),
    "replaced": Remedy(
        label="In use by another client",
        action="close the other client that uses it",
        operator_action="find and stop the other client",
        happened="Another program took over this connection. We do not take it back: the two would throw each other out again and again.",
        steps=(
            "Find the other program that uses this number: a second server, a test installation, a copy of this session.",
            "Stop it there, or on the phone open WhatsApp → Settings → Linked devices and log out the one you do not know.",
            "Then let this session start again, or ask {helper} to do it.",
        ),
        operator_steps=(
            "Find the second client that runs with the same credentials, and stop it.",
            "Then reconnect this one by hand; by itself it stays as it is.",
        ),
    ),
    "temporary_ban": Remedy(
        label="Blocked by WhatsApp for a time",
        action="wait, and do not link it again",
        operator_action="leave it alone until the block ends",
        happened="WhatsApp has blocked this number for a time. Every attempt to connect makes the block longer, so we make none.",
        steps=(
            "Wait {until}. Do not log out, reinstall or link the number again meanwhile.",
            "On the phone, open WhatsApp: it shows how long the block lasts.",
            "Afterwards write only to people who expect you, and slowly at first: a second block may be permanent.",
        ),
        operator_steps=("Nothing is attempted before the block ends. Check what was sent before it began.",),
    ),
    "banned": Remedy(
        label="Banned by WhatsApp",
        action="ask WhatsApp for a review",
        operator_action="have its owner ask WhatsApp for a review",
        happened="WhatsApp has banned this number. We have stopped every attempt to connect it.",
        steps=(
            "On the phone, open WhatsApp. It says that the account cannot use WhatsApp, and why.",
            "Tap “Request a review” there, and say truthfully what the number is used for.",
            "Wait for the answer, which may take some days. Do not register the number elsewhere meanwhile.",
            "If you need to be reachable, tell your contacts another number.",
        ),
        operator_steps=(
            "Nothing is attempted any more. See whether other numbers with the same use or proxy are in danger.",
        ),
    ),
    "rate_limited": Remedy(
        label="Slowed down by WhatsApp",
        action="wait, and send less",
        operator_action="wait, and send less",
        happened="WhatsApp answers that there were too many attempts or messages. It is left alone for a while.",
        steps=(
            "Wait {until}; we try the connection again by ourselves.",
            "Send fewer messages, and only to people who expect them.",
        ),
        operator_steps=("It is left alone until the limit ends. Check what sends through this number.",),
    ),
    "restart_required": Remedy(
        label="Needs a restart",
        action="check the phone",
        operator_action="look at its gateway",
        happened="The session has to be started again. That was tried, and it is still not connected.",
        steps=_WAKE,
        operator_steps=_WAKE_OPERATOR,
    ),
    "network": Remedy(
        label="Connection lost",
        action="check the phone and its connection",
        operator_action="look at its gateway and network",
        happened="The connection to WhatsApp was lost. We keep trying to reconnect it, without success so far.",
        steps=_WAKE,
        operator_steps=_WAKE_OPERATOR,
    ),
    "zombie": Remedy(
        label="Claims to be connected, but WhatsApp does not answer",
        action="open WhatsApp on the phone",
        operator_action="look at its session on the gateway",
        happened="The session claims to be connected, but WhatsApp does not answer through it: messages are probably neither sent nor received.",
        steps=_WAKE,
        operator_steps=_WAKE_OPERATOR,
    ),
    "stuck": Remedy(
        label="Stuck while connecting",
        action="open WhatsApp on the phone",
        operator_action="look at its session on the gateway",
        happened="The session has been connecting for a long time without getting anywhere.",
        steps=_WAKE,
        operator_steps=_WAKE_OPERATOR,
    ),
    "flapping": Remedy(
        label="Connects and falls again and again",
        action="check the phone and its connection",
        operator_action="find what throws it out",
        happened="The session connects and falls again and again, so messages may be late or lost.",
        steps=_WAKE,
        operator_steps=(
            "Look for a second client with the same credentials, a weak proxy, or a gateway that runs out of memory.",
        ),
    ),
    "stopped": Remedy(
        label="Stopped",
        action="start it again",
        operator_action="start it again, or disable it here",
        happened="Somebody stopped the session. We leave it stopped, because it may have been meant.",
        steps=(
            "If you stopped it on purpose, there is nothing to do.",
            "Otherwise start it in the dashboard where you linked this number, or ask {helper}.",
        ),
        operator_steps=(
            "If that was meant, disable the account, so that nobody is told again; else start it on the gateway.",
        ),
    ),
    "gateway_down": Remedy(
        label="Not visible: its server does not answer",
        action="nothing to do on the phone for now",
        operator_action="bring its gateway back",
        happened="The server behind this number does not answer, so nobody can tell whether the number works. Its operator has been told.",
        steps=(
            "There is nothing to fix on the phone: leave it on and online, and do not unlink it.",
            "If you have to reach people now, write to them on the phone itself: WhatsApp there does not need our server.",
            "For news, ask {helper}.",
        ),
        operator_steps=("Bring the gateway back; its sessions are read again as soon as it answers.",),
    ),
    "gone": Remedy(
        label="No longer on its server",
        action="link it again, or remove it here",
        operator_action="link it again, or remove it here",
        happened="The server behind this number no longer knows its session.",
        steps=("If you deleted it on purpose, there is nothing to do. Otherwise link the number again. {open_qr}",),
        operator_steps=("If it was deleted on purpose, remove the account here too.",),
    ),
    "outdated_client": Remedy(
        label="The gateway is too old for WhatsApp",
        action="its server needs an update",
        operator_action="update its gateway",
        happened="WhatsApp refuses the version of the program that connects this number. Only an update of that program helps.",
        steps=("There is nothing to fix on the phone. Ask {helper} for the update.",),
        operator_steps=("Update the gateway. Nothing is attempted before, because every attempt is refused.",),
    ),
    "number_changed": Remedy(
        label="Another number is linked",
        action="check which phone is linked",
        operator_action="find out who linked it",
        happened="Another phone number is now linked to this session.",
        steps=("Unlink the wrong phone, and link the right one. {open_qr}",),
        operator_steps=(
            "If the change was meant, set the new number and its owner here. The owner of the old number is told nothing.",
            "Otherwise unlink it, and link the right phone.",
        ),
    ),
    "restricted": Remedy(
        label="Restricted by WhatsApp",
        action="check what it sends",
        operator_action="check what it sends",
        happened="The number is connected, but WhatsApp has restricted it: not everything that it sends may arrive.",
        steps=("Send fewer messages, and only to people who expect them. On the phone, WhatsApp may say more.",),
        operator_steps=("Check what sends through this number, and let it send less.",),
    ),
    "unknown": Remedy(
        label="Offline, cause unknown",
        action="check the phone and its connection",
        operator_action="look at its gateway's log",
        happened="The number is not connected, and its server does not say why.",
        steps=_WAKE,
        operator_steps=_WAKE_OPERATOR,
    ),
}
