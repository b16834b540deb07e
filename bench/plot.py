"""The report as one picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from bench.contender_table import CONTENDERS
from bench.figures import Figures
from bench.words import SUBJECTS, in_language

_COLOURS: Final = {
    "sdk": "#3370ff",
    "bare_httpx": "#8f959e",
    "generated_client": "#7fb5ff",
    "requests_session": "#c9a227",
    "official_sdk": "#c2452d",
}


def _name(subject: str) -> str:
    return in_language(SUBJECTS[subject], "en").removeprefix("the ").removesuffix(" alone")


def draw(figures: Figures, path: Path) -> None:
    """Writes the picture as a PNG: cold start, its memory, a warm call, and async sends."""
    canvas, axes = plt.subplots(2, 2, figsize=(11, 7), layout="constrained")
    _bars(axes[0, 0], figures, ("cold-start", "wall"), 1000, "Cold start, wall time (ms)")
    _bars(axes[0, 1], figures, ("cold-start", "peak"), 2**-20, "Cold start, peak memory (MiB)")
    _bars(axes[1, 0], figures, ("sync", "cpu"), 1_000_000, "A warm sync call, CPU time (µs)")
    _rates(axes[1, 1], figures)
    canvas.savefig(path, dpi=100, metadata={"Software": None})
    plt.close(canvas)


def _bars(axes: Axes, figures: Figures, of: tuple[str, str], scale: float, title: str) -> None:
    part, measure = of
    found = [figure for each in CONTENDERS if (figure := figures.find(part, each.key, measure))]
    names = [_name(figure.subject) for figure in found]
    bars = axes.barh(
        names,
        [figure.median * scale for figure in found],
        xerr=[figure.spread * scale for figure in found],
        color=[_COLOURS[figure.subject] for figure in found],
    )
    axes.bar_label(bars, fmt="{:,.0f}", padding=4)
    axes.set_title(title, fontsize=10)
    axes.invert_yaxis()
    axes.margins(x=0.15)
    _without_frame(axes)


def _rates(axes: Axes, figures: Figures) -> None:
    found = [each for each in figures.all if each.part == "async" and each.measure.startswith("wall-")]
    levels: Sequence[str] = list(dict.fromkeys(each.measure for each in found))
    subjects = [each.key for each in CONTENDERS if any(figure.subject == each.key for figure in found)]
    width = 0.8 / max(len(subjects), 1)
    for place, subject in enumerate(subjects):
        rates = [figures.find("async", subject, level) for level in levels]
        heights = [1 / figure.median if figure else 0 for figure in rates]
        errors = [figure.spread / figure.median**2 if figure else 0 for figure in rates]
        positions = [number + place * width for number in range(len(levels))]
        bars = axes.bar(positions, heights, width, yerr=errors, color=_COLOURS[subject], label=_name(subject))
        axes.bar_label(bars, [f"{height:,.0f}" if height else "" for height in heights], padding=2, fontsize=7)
    middle = 0.4 - width / 2
    axes.set_xticks([number + middle for number in range(len(levels))], [f"{level[5:]} in flight" for level in levels])
    axes.set_title("Async, sends a second over different mailboxes", fontsize=10)
    if subjects:
        axes.margins(y=0.35)  # room for the legend above the bars
        axes.legend(fontsize=8, frameon=False, loc="upper right", ncols=2)
    _without_frame(axes)


def _without_frame(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
