"""A report as tables, in Markdown, which reads well in a terminal, too."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bench.figures import Figure, Figures
from bench.report import Report
from bench.thresholds import Verdict
from bench.words import COLUMNS, DEMANDS, HELD, KINDS, SUBJECTS, TITLES, in_language

BASELINE: Final = "bare_httpx"
_MEBIBYTE: Final = 2**20

Row = Sequence[str]


def significant(value: float) -> str:
    """Returns the number with three digits that mean something, and no exponent."""
    if not value:
        return "0"
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.{1 if size >= 10 else 2 if size >= 1 else 3}f}"


def _scaled(figure: Figure, scale: float, unit: str) -> str:
    text = significant(figure.median * scale)
    if len(figure.values) > 1:
        text += f" ± {significant(figure.spread * scale)}"
    return f"{text} {unit}".rstrip()


def _milliseconds(figure: Figure) -> str:
    return _scaled(figure, 1000, "ms")


def _microseconds(figure: Figure) -> str:
    return _scaled(figure, 1_000_000, "µs")


def _seconds(figure: Figure) -> str:
    return _scaled(figure, 1, "s")


def _mebibytes(figure: Figure) -> str:
    return _scaled(figure, 1 / _MEBIBYTE, "MiB")


def _count(figure: Figure) -> str:
    return f"{figure.median:,.0f}"


def _per_second(figure: Figure) -> str:
    rate = 1 / figure.median
    # A small change of the seconds changes the rate by the same share of it.
    spread = f" ± {significant(rate * figure.spread / figure.median)}" if len(figure.values) > 1 else ""
    return significant(rate) + spread


Renderer = Callable[[Figure], str]

_COLUMNS: Final[Mapping[str, Mapping[str, Renderer]]] = {
    "cold-start": {"wall": _milliseconds, "cpu": _milliseconds, "peak": _mebibytes},
    "import": {"wall": _milliseconds, "cpu": _milliseconds, "peak": _mebibytes, "modules": _count},
    "sync": {"cpu": _microseconds, "instructions": _count},
    "parts": {"cpu": _microseconds},
    "memory": {"first": _mebibytes, "last": _mebibytes, "growth": _mebibytes, "sockets": _count, "threads": _count},
    "sandbox": {"start": _milliseconds, "request": _per_second, "wall": _seconds},
}
_COMPARED: Final = frozenset({"cold-start", "import", "sync", "async"})


def table(head: Row, rows: Sequence[Row]) -> str:
    """Returns a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def demands_table(verdicts: Sequence[Verdict], language: str) -> str:
    """Returns the verdicts as a table."""
    head = [in_language(COLUMNS[name], language) for name in ("demand", "limit", "measured", "held")]
    rows = [
        [
            in_language(DEMANDS[verdict.name], language),
            in_language(KINDS[verdict.kind], language).format(_of_demand(verdict.name, verdict.limit)),
            _of_demand(verdict.name, verdict.measured),
            in_language(HELD[verdict.held], language),
        ]
        for verdict in verdicts
    ]
    return table(head, rows)


def _of_demand(name: str, value: float) -> str:
    if name == "memory-growth":
        return f"{value / _MEBIBYTE:.2f} MiB"
    if name.startswith("duration"):
        return f"{value:.0f} s"
    return f"{value:.0f}" if name.startswith("memory-") else f"{value:.3f}"


def part_table(figures: Figures, part: str, language: str, looks: Sequence[int] = ()) -> str:
    """Returns the figures of one part as a table; memory was looked at after as many sends as ``looks`` names."""
    renderers = _async_columns(figures) if part == "async" else _COLUMNS[part]
    subjects = figures.subjects(part)
    measures = [name for name in renderers if any(figures.find(part, subject, name) for subject in subjects)]
    head = ["", *(_column_title(part, measure, language, looks) for measure in measures)]
    rows = [
        [
            in_language(SUBJECTS[subject], language),
            *(_cell(figures, part, subject, measure, renderers[measure]) for measure in measures),
        ]
        for subject in _in_order(subjects)
    ]
    return table(head, rows)


def _async_columns(figures: Figures) -> Mapping[str, Renderer]:
    measures = dict.fromkeys(each.measure for each in figures.all if each.part == "async")
    return {name: _per_second if name.startswith("wall-") else _milliseconds for name in measures}


def _in_order(subjects: Sequence[str]) -> Sequence[str]:
    # Rounds that run backwards would shuffle them.
    return sorted(subjects, key=list(SUBJECTS).index)


def _column_title(part: str, measure: str, language: str, looks: Sequence[int]) -> str:
    if part == "async":
        kind, _, in_flight = measure.partition("-")
        return in_language(COLUMNS["rate" if kind == "wall" else "cpu-in-flight"], language).format(in_flight)
    title = in_language(COLUMNS[measure], language)
    if measure in {"first", "last"} and looks:
        return title.format(f"{looks[measure == 'last']:,}")
    return title


def _cell(figures: Figures, part: str, subject: str, measure: str, render: Renderer) -> str:
    figure = figures.find(part, subject, measure)
    if figure is None:
        return "–"
    text = render(figure)
    ratio = figures.ratio(part, measure, subject, BASELINE) if part in _COMPARED and subject != BASELINE else None
    if ratio is None:
        return text
    # What is a rate to the reader was measured in seconds.
    return f"{text} ({1 / ratio if measure.startswith('wall-') else ratio:.2f})"


def tables(report: Report, language: str, heading: str = "###") -> str:
    """Returns everything that was measured, under a heading for each part."""
    sections = [
        (part, part_table(report.figures, part, language, report.looks)) for part in TITLES if part in report.parts
    ]
    if report.verdicts:
        sections.insert(0, ("demands", demands_table(report.verdicts, language)))
    return "\n".join(f"{heading} {in_language(TITLES[name], language)}\n\n{text}" for name, text in sections)
