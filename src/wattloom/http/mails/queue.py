"""Mail from handlers: queued in their transaction, sent by a worker."""

from sqlalchemy import Connection

from wattloom.http.services import Services
from wattloom.jobs import Job, NewJob
from wattloom.mail import JOB_KIND, QUEUE, Message

MAX_ATTEMPTS = 9
"""With doubling pauses that start at 15 s, a mail server may be away for an hour."""


def queue_mail(connection: Connection, services: Services, message: Message) -> Job:
    """Send a mail once the caller's transaction has committed.

    The job keeps the text until it is sent. A job that has failed for good keeps
    it for as long as ended jobs are kept, so links in it must be short-lived and
    good for one use; that is what ours are.

    Args:
        connection: A write transaction; without its commit nothing is sent.
        services: Hold the queue and the clock.
        message: The mail.

    Returns:
        The job, which only admins may see.
    """
    new = NewJob(queue=QUEUE, kind=JOB_KIND, args=message.to_json(), max_attempts=MAX_ATTEMPTS)
    return services.jobs.enqueue(connection, new, now=services.clock())
