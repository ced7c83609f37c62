"""The port through which mail leaves, and what stands in for it where no mail server is set."""

import sys
from typing import Protocol

from wattloom.mail.message import Message


class Mailer(Protocol):
    """Hands a mail over to whoever delivers it."""

    def send(self, message: Message) -> None:
        """Send a mail; when this returns, the mail server has taken it.

        Raises:
            UnavailableError: Trying again later may help.
            InputError: Trying again cannot help: an address is wrong, or the mail was refused for good.
        """


class ConsoleMailer:
    """Prints mails on standard error, where an operator without a mail server finds the links in them."""

    def __init__(self, sender: str) -> None:
        """Print mails as coming from ``sender``."""
        self._sender = sender

    def send(self, message: Message) -> None:
        """Print a mail."""
        composed = message.composed(self._sender)
        headers = "\n".join(f"{name}: {composed[name]}" for name in ("From", "To", "Subject"))
        text = f"--- mail (no WATTLOOM_MAIL_SERVER is set) ---\n{headers}\n\n{message.text}\n--- end of mail ---\n"
        sys.stderr.write(text)
        sys.stderr.flush()
