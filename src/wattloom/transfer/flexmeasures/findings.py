"""What an import meets that cannot stay as it is."""

from dataclasses import dataclass, field

from wattloom.errors import FieldProblem, InputError


@dataclass(slots=True)
class Findings:
    """Collected while reading; nothing is changed or left out without a line here.

    Attributes:
        problems: What has no sensible replacement; any of them stops the import.
        adjusted: What was replaced, by what, and where.
        left_out: What does not come along, and why.
        to_mend: What comes along as it is, and will be refused when it is used.
    """

    problems: list[FieldProblem] = field(default_factory=list)
    adjusted: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    to_mend: list[str] = field(default_factory=list)

    def refuse(self, kind: str, item_id: object, text: str) -> None:
        """Note something that stops the import."""
        self.problems.append(FieldProblem((f"{kind} {item_id}",), text))

    def adjust(self, kind: str, item_id: object, text: str) -> None:
        """Note something that was replaced."""
        self.adjusted.append(f"{kind} {item_id}: {text}")

    def leave_out(self, text: str) -> None:
        """Note something that does not come along."""
        self.left_out.append(text)

    def mend(self, kind: str, item_id: object, text: str) -> None:
        """Note something that is kept and cannot be used."""
        self.to_mend.append(f"{kind} {item_id}: {text}")

    def check(self) -> None:
        """Let an import pass that can be done.

        Raises:
            InputError: Names all that stops it.
        """
        if self.problems:
            n = len(self.problems)
            text = f"{n} thing{'s' if n > 1 else ''} in the FlexMeasures database cannot be imported; mend them there."
            raise InputError(text, problems=self.problems)


def listed(ids: list[int]) -> str:
    """Return ids in words."""
    return ", ".join(map(str, ids))
