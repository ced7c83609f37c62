"""Where readers of the outbox are, as text and after what they read."""

import pytest

from wattloom.errors import InputError
from wattloom.events import Position


@pytest.mark.parametrize("position", [Position(), Position(7), Position(2**40, (3, 5, 2**39))])
def test_a_position_is_read_back_from_its_text(position: Position) -> None:
    assert Position.parse(str(position), field="after") == position


@pytest.mark.parametrize("text", ["", "now", "-1", "1.x", "1..2", "9" * 30, ".".join(["500"] * 200)])
def test_what_is_no_position_is_refused_by_the_name_of_its_field(text: str) -> None:
    with pytest.raises(InputError) as refused:
        Position.parse(text, field="after")

    assert [problem.path for problem in refused.value.problems] == [("after",)]


def test_ids_that_cannot_be_missing_are_left_out() -> None:
    assert Position.parse("5.9.0.3.3", field="after") == Position(5, (3,))


def test_ids_that_were_skipped_are_missing_until_they_are_read() -> None:
    position = Position(3).after([5, 8])

    assert position == Position(8, (4, 6, 7))
    assert [each for each in range(1, 11) if position.lacks(each)] == [4, 6, 7, 9, 10]
    assert position.after([6]) == Position(8, (4, 7))


def test_reading_nothing_changes_nothing() -> None:
    assert Position(8, (4,)).after([]) == Position(8, (4,))


def test_ids_that_never_come_are_forgotten_after_many_others() -> None:
    position = Position(8, (4,)).after(range(9, 1500))

    assert position == Position(1499)


def test_a_far_jump_keeps_the_text_short() -> None:
    position = Position().after([10**9])

    assert position.last == 10**9
    assert len(str(position)) < 2000
