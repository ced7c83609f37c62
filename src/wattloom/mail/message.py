"""A mail to one person, in plain text."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid
from typing import Any

from wattloom.errors import InputError

QUEUE = "mail"
"""The queue of jobs that send a mail."""

JOB_KIND = "send-mail"
"""The kind of these jobs; their arguments are what :meth:`Message.to_json` returns."""


@dataclass(frozen=True, slots=True)
class Message:
    """A mail to one person.

    Attributes:
        to: The address alone, for example ``ada@example.com``.
        subject: One line; line breaks and control characters in it become spaces.
        text: The body. It may hold a link that lets somebody in, so it is never logged.
    """

    to: str
    subject: str
    text: str = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return the arguments of the job that sends it."""
        return asdict(self)

    @classmethod
    def from_json(cls, args: Mapping[str, Any]) -> "Message":
        """Return the mail of a job."""
        return cls(args["to"], args["subject"], args["text"])

    def composed(self, sender: str) -> EmailMessage:
        """Return the mail as it is sent.

        No header can be smuggled in: the recipient is parsed as exactly one
        address, and the subject is made one printable line.

        Args:
            sender: An address, or ``Name <address>``.

        Raises:
            InputError: Sender or recipient is no address.
        """
        mail = EmailMessage(policy=SMTP)
        mail["From"] = _address(sender, field="mail_sender")
        mail["To"] = _address(self.to, field="to")
        mail["Subject"] = " ".join("".join(c if c.isprintable() else " " for c in self.subject).split())
        mail["Message-ID"] = make_msgid(domain=mail["From"].addresses[0].domain)
        # Answers of holiday responders would reach nobody (RFC 3834).
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(self.text)
        return mail


def _address(text: str, *, field: str) -> Address:
    name, _, spec = text.rpartition("<") if text.endswith(">") else ("", "", text)
    try:
        address = Address(name.strip().strip('"'), addr_spec=spec.removesuffix(">"))
    except (ValueError, MessageError, IndexError) as error:
        raise InputError(f"'{text}' is not the address of a mailbox.", field=field) from error
    if not address.domain or not text.isprintable():
        raise InputError(f"'{text}' is not the address of a mailbox.", field=field)
    return address
