"""Links by mail that let a user set a new password."""

from sqlalchemy import Connection

from wattloom.accounts import AuditEvent, User, get_user, record_audit
from wattloom.http.mail import queue_mail
from wattloom.http.services import Services
from wattloom.mail import Message

_TEXT = """\
Hello {username},

open this link to set a new password for {url}:

{url}/reset/{token}

The link works once, and for two hours. If you did not expect this mail, you can ignore it.
"""


def send_reset_instructions(connection: Connection, services: Services, user: User, *, by: User | None) -> None:
    """Mail a user a link for setting a new password, and record that.

    The link holds a signed token with the user's ``token_stamp``: setting a
    password, by the link or otherwise, gives the user a new stamp, and with it
    all links from before end. Whoever changes the password calls this afterwards.

    Args:
        connection: A write transaction.
        services: Hold the queue, the clock and the key that signs.
        user: Who gets the mail; its stamp is read anew.
        by: Who asked for it; None when nobody is logged in.
    """
    token = services.resets.issue(get_user(connection, user.id))
    url = services.options.public_url
    text = _TEXT.format(username=user.username, url=url, token=token)
    queue_mail(connection, services, Message(user.email, "Set a new password for Wattloom", text))
    event = AuditEvent(
        f"Reset password instructions sent for user {user.username}", "user.reset-instructions-sent", {"user": user.id}
    )
    record_audit(connection, event, by=by, now=services.clock(), user_id=user.id)
