"""Mails that were queued, and a mail server on the loopback address that takes them."""

import base64
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from sqlalchemy import select

from wattloom.db import Database
from wattloom.jobs.tables import job
from wattloom.mail import JOB_KIND, Message


def queued_mails(database: Database) -> list[Message]:
    """Return the mails that wait to be sent, oldest first."""
    waiting = select(job.c.args).where(job.c.kind == JOB_KIND).order_by(job.c.created, job.c.id)
    with database.read() as connection:
        return [Message.from_json(args) for args in connection.scalars(waiting)]


@dataclass
class MailServer:
    """What a mail server was told.

    Attributes:
        port: Where it listens.
        refusals: What it answers to a command instead of taking it, for example ``{"RCPT": "550 No such user"}``.
        mails: What it has taken.
        logins: User names and passwords that were sent.
        commands: The first word of each line, in upper case.
    """

    port: int = 0
    refusals: Mapping[str, str] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)


@contextmanager
def mail_server(**refusals: str) -> Iterator[MailServer]:
    """Run a mail server that knows no encryption; a command that is refused is named by its first word."""
    known = MailServer(refusals=refusals)

    class Handler(_Dialogue):
        server_state = known

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        known.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield known
        finally:
            server.shutdown()
            thread.join()


class _Dialogue(socketserver.StreamRequestHandler):
    """Speaks as much of SMTP as a client needs (RFC 5321, with AUTH PLAIN)."""

    server_state: MailServer
    _answers: Mapping[str, str] = {
        "EHLO": "250-here\r\n250 AUTH PLAIN",
        "AUTH": "235 Welcome",
        "DATA": "354 Go on",
        "QUIT": "221 Bye",
    }

    def handle(self) -> None:
        self._say("220 here")
        for line in self.rfile:
            command, _, rest = line.decode().strip().partition(" ")
            command = command.upper()
            self.server_state.commands.append(command)
            refusal = self.server_state.refusals.get(command)
            if command == "AUTH":
                _, username, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
                self.server_state.logins.append((username, password))
            self._say(refusal or self._answers.get(command, "250 OK"))
            if command == "DATA" and refusal is None:
                self._take_mail()
            if command == "QUIT":
                return

    def _take_mail(self) -> None:
        lines = iter(self.rfile.readline, b".\r\n")
        mail = message_from_bytes(b"".join(line.removeprefix(b".") for line in lines), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.server_state.mails.append(mail)
        self._say(self.server_state.refusals.get("END", "250 Taken"))

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
