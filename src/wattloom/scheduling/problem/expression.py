"""Quantities as linear expressions of the columns, with the range they can take."""

from dataclasses import dataclass

from wattloom.scheduling.problem.model import Floats
from wattloom.scheduling.problem.program import Assembly, Indices, Term


@dataclass(frozen=True, slots=True)
class Expression:
    """X_t = constant_t + Σ coefficient · column.

    Attributes:
        terms: Its columns; each of shape (n_steps,) or (n_parts, n_steps).
        constant: The fixed part, shape (n_steps,).
        lowest: A bound that X cannot fall below, shape (n_steps,); -inf where unknown.
        highest: A bound that X cannot exceed, shape (n_steps,); +inf where unknown.
    """

    terms: tuple[Term, ...]
    constant: Floats
    lowest: Floats
    highest: Floats

    def terms_at(self, steps: Indices, sign: float = 1.0) -> list[Term]:
        """Return ``sign`` times the variable part of X at some of the steps."""
        return [Term(term.columns[..., steps], _at(term.coefficients, steps, sign)) for term in self.terms]

    def add_cost(self, assembly: Assembly, per_unit: Floats) -> None:
        """Price X linearly, constant part included."""
        for term in self.terms:
            assembly.add_cost(term.columns, term.coefficients * per_unit)
        assembly.add_offset(float(self.constant @ per_unit))


def _at(coefficients: Floats | float, steps: Indices, sign: float) -> Floats | float:
    return sign * coefficients if isinstance(coefficients, float) else sign * coefficients[..., steps]
