"""Chromium without a window, as tests, pictures and measurements of pages start it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

from scripts.chromium import BY_HAND, NAMES

ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)

TIMEOUT_MS = 15_000
"""So long a page may take for what is waited for: machines have other work, too."""


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Start the machine's Chromium, and close it at the end.

    Raises:
        FileNotFoundError: There is none.
    """
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        raise FileNotFoundError(BY_HAND)
    expect.set_options(timeout=TIMEOUT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS.split())
        try:
            yield browser
        finally:
            browser.close()
