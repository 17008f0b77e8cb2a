"""Mail addresses as SMTP and headers need them; what cannot be one is refused here, before it reaches a server."""

from dataclasses import dataclass
from email.headerregistry import Address

_FORBIDDEN = frozenset('<>()[],;:\\"')


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`local` may hold signs beyond ASCII, which takes SMTPUTF8; `domain` is always ASCII (IDNA)."""

    local: str
    domain: str

    @property
    def address(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def needs_utf8(self) -> bool:
        return not self.local.isascii()

    def header(self, name: str = "") -> Address:
        return Address(name, self.local, self.domain)


def mailbox(text: str) -> Mailbox:
    """Raises ValueError for what is no single address."""
    local, at, domain = text.strip().rpartition("@")
    if not (at and local and domain) or "@" in local or not _plain(local) or not _plain(domain):
        raise ValueError("is not a mail address")
    try:
        return Mailbox(local, domain.encode("idna").decode())
    except UnicodeError as error:
        raise ValueError("has a domain that cannot exist") from error


def _plain(part: str) -> bool:
    """No space, no control sign, nothing that means something to SMTP or in a header."""
    return part.isprintable() and not any(sign.isspace() or sign in _FORBIDDEN for sign in part)
