"""Answers about jobs: at once when the job has ended, else when it does, within some seconds.

FlexMeasures' clients sleep for seconds between two requests; waiting here
decides how fast every schedule feels. A waiting request holds no thread,
connection or transaction.
"""

import uuid
from collections.abc import Callable

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from wattloom.http import JsonResponse, Services


async def answer_when_ended(
    services: Services, job_id: uuid.UUID, answer: Callable[[bool], JsonResponse | None]
) -> JsonResponse:
    """Return an answer about a job.

    Args:
        services: Where jobs are, and how long to wait.
        job_id: The job; it need not exist.
        answer: Called in a thread with whether waiting is still possible; returns None to wait.
    """
    at_once = await run_in_threadpool(answer, True)
    if at_once is not None:
        return at_once
    await services.jobs.wait(job_id, timeout_s=services.options.job_wait_s)
    waited = await run_in_threadpool(answer, False)
    assert waited is not None
    return waited


def prefers_no_wait(request: Request) -> bool:
    """Whether the client asks for an answer at once, with status 202 for what is not done."""
    return "respond-async" in request.headers.get("prefer", "")


def read_job_id(text: str) -> uuid.UUID:
    """Return the id in a path; what is no id is the id of no job."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)
