"""What is suggested for a name that nobody knows."""

import pytest

from wattloom.errors import suggestion

NAMES = ("username", "email", "flexmeasures_roles", "site-power-capacity", "account_id")


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("emial", "email"),
        ("roles", "flexmeasures_roles"),
        ("capacity", "site-power-capacity"),
        ("my_very_own_special_user_email", "email"),
    ],
)
def test_the_name_that_is_most_like_it_is_suggested(name: str, like: str) -> None:
    assert suggestion(name, NAMES) == f" Did you mean '{like}'?"


@pytest.mark.parametrize("name", ["", "les", "colour", "_", "id"])
def test_nothing_is_suggested_where_nothing_is_like_it(name: str) -> None:
    assert not suggestion(name, NAMES)
