"""Mails that tell users what was done to their login, so that nobody else does it unseen."""

from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.http.mails.queue import queue_mail
from wattloom.http.services import Services
from wattloom.mail import Message

_TEXT = """\
Hello {username},

{what}

This happened at {url} on {when:%d %B %Y at %H:%M} UTC.

If it was not you, set a new password at once: {url}/reset
Then tell whoever runs this server.
"""


def mail_what_happened(connection: Connection, services: Services, user: User, what: str) -> None:
    """Tell a user that something about its login has changed, once the transaction has committed.

    Args:
        connection: The transaction in which it was done.
        services: Hold the queue and the clock.
        user: Whose login it is.
        what: One or two sentences.
    """
    text = _TEXT.format(username=user.username, what=what, url=services.options.public_url, when=services.clock())
    queue_mail(connection, services, Message(user.email, "Your login at Wattloom", text))
