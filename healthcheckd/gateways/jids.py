"""WhatsApp's addresses."""


def number_of(jid: str | None) -> str | None:
    """`5511988887777@c.us` and `5511988887777:12@s.whatsapp.net` hold a number; an `@lid` does not."""
    user, _, server = (jid or "").partition("@")
    number = user.partition(":")[0]
    return number if server != "lid" and number.isascii() and number.isdigit() else None
