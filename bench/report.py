"""A run as a whole: what was asked for, where and when it ran, its figures and the verdicts on them."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.figures import PARTS, Figures, figures_of
from bench.thresholds import Verdict

FORMAT = 1


class UnreadableReport(ValueError):
    """The file is no report of this version."""


@dataclass(frozen=True, slots=True)
class Report:
    """A run and its results."""

    command: str
    date: str
    commit: str
    """With ``-changed`` behind it when the working tree was not the commit's."""
    seconds: float
    """Of the whole run, without installing anything."""
    load: float
    """Processes that were running or waiting to, on average, in the minute before."""
    counter: str
    """What counted instructions, or ``none``."""
    quick: bool
    parts: tuple[str, ...]
    looks: tuple[int, int]
    """After how many sends memory was looked at."""
    machine: dict[str, str]
    figures: Figures
    verdicts: tuple[Verdict, ...]

    @property
    def is_complete(self) -> bool:
        """Whether everything was measured, and not in haste."""
        return not self.quick and set(self.parts) == set(PARTS)

    @property
    def all_held(self) -> bool:
        """Whether no demand is broken."""
        return all(verdict.held for verdict in self.verdicts)


def to_json(report: Report) -> str:
    """Returns the report as it is written to a file."""
    data: dict[str, Any] = {
        "format": FORMAT,
        "command": report.command,
        "date": report.date,
        "commit": report.commit,
        "seconds": report.seconds,
        "load": report.load,
        "counter": report.counter,
        "quick": report.quick,
        "parts": list(report.parts),
        "looks": list(report.looks),
        "machine": report.machine,
        "demands": [asdict(verdict) for verdict in report.verdicts],
        "figures": report.figures.as_json(),
    }
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def read_report(path: Path) -> Report:
    """Returns the report in a file. Raises UnreadableReport, or OSError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data.pop("format") != FORMAT:
            raise UnreadableReport(f"{path} is of another version; measure anew")
        return Report(
            **{
                **{name: value for name, value in data.items() if name != "demands"},
                "parts": tuple(data["parts"]),
                "looks": tuple(data["looks"]),
                "figures": figures_of(data["figures"]),
                "verdicts": tuple(Verdict(**verdict) for verdict in data["demands"]),
            }
        )
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as problem:
        raise UnreadableReport(f"{path} is no report: {problem!r}") from None
