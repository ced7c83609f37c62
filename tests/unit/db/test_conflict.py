"""What a concurrent request made wrong is a conflict, not a crash."""

import pytest
from sqlalchemy.exc import IntegrityError

from wattloom.db import unique_or_conflict
from wattloom.errors import ConflictError


def test_broken_constraint_is_a_conflict() -> None:
    with pytest.raises(ConflictError), unique_or_conflict():
        raise IntegrityError("INSERT …", {}, Exception("UNIQUE constraint failed"))


def test_other_errors_pass() -> None:
    with pytest.raises(ValueError, match="other"), unique_or_conflict():
        raise ValueError("other")
