"""Send mail through an SMTP server."""

import smtplib
import ssl
from dataclasses import dataclass, field
from typing import Final, Literal

from wattloom.errors import InputError, UnavailableError
from wattloom.mail.message import Message

Security = Literal["none", "starttls", "tls"]
"""Plain text; encrypted after the greeting, or not at all sent; encrypted from the first byte."""

_RETRY_AFTER_S: Final = 15
_PERMANENT: Final = 500


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Opens a connection for each mail.

    Attributes:
        host: The mail server.
        port: Its port.
        security: How the connection is encrypted; certificates are always verified.
        username: Empty means that the server wants no login.
        password: Belongs to the username.
        sender: An address, or ``Name <address>``.
        timeout_s: How long the server may take to connect and for each answer [s].
    """

    host: str
    port: int
    security: Security
    username: str
    password: str = field(repr=False)
    sender: str
    timeout_s: float

    def send(self, message: Message) -> None:
        """Send a mail; see the port."""
        composed = message.composed(self.sender)
        try:
            with self._connected() as connection:
                if self.username:
                    connection.login(self.username, self.password)
                connection.send_message(composed)
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            raise self._refused(f"does not take mail for {message.to}", code, reason) from error
        except smtplib.SMTPSenderRefused as error:
            raise self._refused(f"takes no mail from {self.sender}", error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPDataError as error:
            raise self._refused("refused the mail", error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPAuthenticationError as error:
            # Its text may quote what was sent. Not final: the operator can set the right password and start again.
            said = f"{self._name} refused the user name or password ({error.smtp_code})."
            raise UnavailableError(said, retry_after_s=_RETRY_AFTER_S) from None
        except smtplib.SMTPNotSupportedError as error:
            raise InputError(f"{self._name} cannot do this: {error}", field="mail_security") from error
        except (smtplib.SMTPException, OSError) as error:
            cause = str(error) or type(error).__name__
            raise UnavailableError(f"{self._name} cannot be used: {cause}", retry_after_s=_RETRY_AFTER_S) from error

    @property
    def _name(self) -> str:
        return f"The mail server {self.host}:{self.port}"

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout_s, context=context)
        connection = smtplib.SMTP(self.host, self.port, timeout=self.timeout_s)
        if self.security == "starttls":
            try:
                connection.starttls(context=context)
            except BaseException:
                connection.close()
                raise
        return connection

    def _refused(self, what: str, code: int, reason: bytes | str) -> InputError | UnavailableError:
        said = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
        text = f"{self._name} {what}: {code} {said}"
        is_final = code >= _PERMANENT
        return InputError(text, field="to") if is_final else UnavailableError(text, retry_after_s=_RETRY_AFTER_S)
