"""Mail to users: what a mail is, and the port through which one leaves the server.

The port is :class:`Mailer`; :class:`SmtpMailer` sends, :class:`ConsoleMailer`
prints, which is what happens as long as no mail server is set. Requests do not
send: they queue a job of the kind :data:`JOB_KIND` (``wattloom.http.mail``), and
a worker sends it.
"""

from wattloom.mail.mailer import ConsoleMailer, Mailer
from wattloom.mail.message import JOB_KIND, QUEUE, Message
from wattloom.mail.smtp import Security, SmtpMailer

__all__ = ["JOB_KIND", "QUEUE", "ConsoleMailer", "Mailer", "Message", "Security", "SmtpMailer"]
