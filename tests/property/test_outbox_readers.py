"""However transactions overtake each other, every reader reads every announcement, and each once."""

from dataclasses import dataclass, field
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from wattloom.events import Position

_steps = st.lists(st.sampled_from(["begin", "commit", "roll back", "read", "resume"]), max_size=120)
_choices = st.randoms(use_true_random=False)


@dataclass
class Outbox:
    """What a database does with ids: given when a row is inserted, seen when its transaction commits."""

    next_id: int = 1
    open: list[int] = field(default_factory=list)
    committed: set[int] = field(default_factory=set)

    def read(self, position: Position) -> list[int]:
        return sorted(each for each in self.committed if position.lacks(each))


@given(steps=_steps, choice=_choices)
def test_nothing_is_lost_and_nothing_is_read_twice(steps: list[str], choice: Random) -> None:
    outbox, position, read = Outbox(), Position(), []
    for step in [*steps, "read"]:
        match step:
            case "begin":
                outbox.open.append(outbox.next_id)
                outbox.next_id += 1
            case "commit" | "roll back" if outbox.open:
                ended = outbox.open.pop(choice.randrange(len(outbox.open)))
                outbox.committed |= {ended} if step == "commit" else set()
            case "resume":
                position = Position.parse(str(position), field="after")
            case "read":
                found = outbox.read(position)
                position = position.after(found)
                read += found

    assert sorted(read) == sorted(outbox.committed)
