"""What was measured, as data: medians with their spread, and the values that they come from."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

PARTS: Final = ("cold-start", "import", "sync", "async", "parts", "memory", "sandbox")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of one subject."""

    part: str
    subject: str
    measure: str
    unit: str
    """``second``, ``byte`` or ``integer``, as pyperf calls them."""
    median: float
    spread: float
    """The median of the absolute deviations from the median."""
    values: tuple[float, ...]


class Figures:
    """The figures of a run, to be asked for by part, subject and measure."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        self.all: Final = tuple(figures)
        self._by_name: Final = {(each.part, each.subject, each.measure): each for each in figures}

    def find(self, part: str, subject: str, measure: str) -> Figure | None:
        """Returns the figure, if it was measured."""
        return self._by_name.get((part, subject, measure))

    def ratio(self, part: str, measure: str, subject: str, against: str) -> float | None:
        """Returns the ratio of two subjects' medians, if both were measured."""
        above, below = self.find(part, subject, measure), self.find(part, against, measure)
        return above.median / below.median if above and below and below.median else None

    def subjects(self, part: str) -> Sequence[str]:
        """Returns who was measured in a part, in order of appearance."""
        return list(dict.fromkeys(each.subject for each in self.all if each.part == part))

    def as_json(self) -> list[dict[str, Any]]:
        """Returns them for a JSON file."""
        return [asdict(each) for each in self.all]


def figures_of(data: Sequence[Mapping[str, Any]]) -> Figures:
    """Returns what ``as_json`` made a list of."""
    return Figures([Figure(**{**each, "values": tuple(each["values"])}) for each in data])
