"""Mails that tell users what was done to their login, so that nobody else does it unseen."""

from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.http.mails.queue import queue_mail
from wattloom.http.services import Services
from wattloom.language import format_clock, format_date, gettext, translatable
from wattloom.mail import Message

_TEXT = translatable("""\
Hello %(username)s,

%(what)s

This happened at %(url)s on %(date)s at %(clock)s UTC.

If it was not you, set a new password at once: %(url)s/reset
Then tell whoever runs this server.
""")


def mail_what_happened(connection: Connection, services: Services, user: User, what: str) -> None:
    """Tell a user that something about its login has changed, once the transaction has committed.

    Args:
        connection: The transaction in which it was done.
        services: Hold the queue and the clock.
        user: Whose login it is.
        what: One or two sentences, in the language of whoever did it; so is the mail.
    """
    now, url = services.clock(), services.options.public_url
    date, clock = format_date(now), format_clock(now)
    text = gettext(_TEXT, username=user.username, what=what, url=url, date=date, clock=clock)
    queue_mail(connection, services, Message(user.email, gettext("Your login at Wattloom"), text))
