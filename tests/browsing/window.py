"""The windows that every page is looked at in."""

from enum import Enum


class Window(Enum):
    """A phone and a desk, by day and by night; tests are named after them.

    Attributes:
        width: Of the page [px].
        height: Of the page [px].
        scheme: What the operating system prefers, ``light`` or ``dark``.
    """

    PHONE_LIGHT = (360, 780, "light")
    PHONE_DARK = (360, 780, "dark")
    DESKTOP_LIGHT = (1440, 900, "light")
    DESKTOP_DARK = (1440, 900, "dark")

    def __init__(self, width: int, height: int, scheme: str) -> None:
        self.width = width
        self.height = height
        self.scheme = scheme

    def __str__(self) -> str:
        return self.name.lower().replace("_", "-")


WINDOWS = tuple(Window)
