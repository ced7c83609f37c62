from collections.abc import Iterator

import pytest

from wattloom.errors import WattloomError
from wattloom.web.errors import PAGE_STATUS


def subclasses(kind: type[WattloomError]) -> Iterator[type[WattloomError]]:
    for child in kind.__subclasses__():
        yield child
        yield from subclasses(child)


@pytest.mark.parametrize("kind", list(subclasses(WattloomError)), ids=lambda kind: kind.__name__)
def test_every_error_has_a_page(kind: type[WattloomError]) -> None:
    assert any(parent in PAGE_STATUS for parent in kind.mro())
