"""What people should know about the inputs of a schedule, without it being wrong."""


class Notices:
    """Collects sentences in the order in which they come up, each once."""

    def __init__(self) -> None:
        self._texts: dict[str, None] = {}

    def add(self, text: str) -> None:
        """Remember a sentence."""
        self._texts[text] = None

    def all(self) -> tuple[str, ...]:
        """Return the sentences."""
        return tuple(self._texts)
