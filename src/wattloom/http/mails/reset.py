"""Links by mail that let a user set a new password."""

from sqlalchemy import Connection

from wattloom.accounts import AuditEvent, User, get_user, record_audit
from wattloom.http.mails.queue import queue_mail
from wattloom.http.services import Services
from wattloom.language import gettext, translatable
from wattloom.mail import Message

_WELCOME = translatable("""\
Hello %(username)s,

%(by)s made a login for you at %(url)s. Open this link to choose your password:

%(url)s/reset/%(token)s

The link works once, and for two hours. If you did not expect this mail, you can ignore it.
After that, %(url)s/reset gives you another link.
""")
_RESET = translatable("""\
Hello %(username)s,

open this link to set a new password for %(url)s:

%(url)s/reset/%(token)s

The link works once, and for two hours. If you did not expect this mail, you can ignore it.
After that, %(url)s/reset gives you another link.
""")
# People choose their names, and mails should not carry whatever anybody writes into one.
_MAX_NAME = 60


def send_reset_instructions(
    connection: Connection, services: Services, user: User, *, by: User | None, is_new: bool = False
) -> None:
    """Mail a user a link for setting a password, and record that.

    The link holds a signed token with the user's ``token_stamp``: setting a
    password, by the link or otherwise, gives the user a new stamp, and with it
    all links from before end. Whoever changes the password calls this afterwards.

    Args:
        connection: A write transaction.
        services: Hold the queue, the clock and the key that signs.
        user: Who gets the mail; its stamp is read anew.
        by: Who asked for it; None when nobody is logged in.
        is_new: Whether the login has just been made.

    Raises:
        TooManyRequestsError: This address has got too many mails that others asked for.
    """
    if by is not None:
        services.mail_limiter.take("asked for by others", user.email)
    token = services.resets.issue(get_user(connection, user.id))
    url = services.options.public_url
    inviter = by.username[:_MAX_NAME] if by is not None else gettext("Somebody")
    facts = {"username": user.username[:_MAX_NAME], "by": inviter, "url": url, "token": token}
    text = gettext(_WELCOME if is_new else _RESET, **facts)
    subject = gettext("Your login for Wattloom") if is_new else gettext("Set a new password for Wattloom")
    queue_mail(connection, services, Message(user.email, subject, text))
    event = AuditEvent(
        f"Reset password instructions sent for user {user.username}", "user.reset-instructions-sent", {"user": user.id}
    )
    record_audit(connection, event, by=by, now=services.clock(), user_id=user.id)
