"""Puts the figures of a full run into the docs: the table into both pages, the data and the plot beside them."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bench.figures import PARTS
from bench.report import Report, read_report, to_json
from bench.tables import tables
from bench.words import in_language

PAGES: Final[Mapping[str, str]] = {"en": "performance.md", "zh": "performance.zh-CN.md"}
DATA: Final = "performance.json"
PLOT: Final = "performance.png"
BEGIN: Final = "<!-- figures: written by `make bench-docs` -->"
END: Final = "<!-- end of figures -->"

_UNPUBLISHED: Final = (
    "No figures have been published yet. `make bench` measures them, and `make bench-docs` puts them here.\n",
    "尚未发布任何数据。`make bench` 进行测量，`make bench-docs` 把结果写到这里。\n",
)
_MADE_ENGLISH: Final = """\
Made by `{command}` on {date}, at commit `{commit}`, in {seconds:.0f} s. The machine: {processor}, {cores} cores,
{memory} of memory, {kernel}, {python}; its load before the run was {load:.2f}. Instructions were counted
with: {counter}.
"""
_MADE_CHINESE: Final = """\
由 `{command}` 于 {date} 在提交 `{commit}` 上得出，用时 {seconds:.0f} 秒。机器：{processor}，{cores} 核，
内存 {memory}，{kernel}，{python}；测量开始前的负载为 {load:.2f}。指令计数工具：{counter}。
"""
_MADE: Final = (_MADE_ENGLISH, _MADE_CHINESE)
_ALT: Final = (
    "Cold start, its memory, a warm call and async sends of each contender, as in the tables below",
    "各参测者的冷启动、内存、预热调用与异步发送，数据同下表",
)
_READING: Final = (
    "Each figure is a median, with the median of the deviations from it; in brackets: times bare httpx.\n",
    "每个数字是中位数，附与其偏差的中位数；括号内是裸 httpx 的倍数。\n",
)


class CannotPublish(Exception):
    """Why the docs stay as they are; the message is for the user."""


def publish(results: Path, plot: Path, docs: Path) -> Report:
    """Writes the results into the docs, and returns them.

    Raises:
        CannotPublish: they are not those of a full run.
        UnreadableReport: they are no results.
        OSError: a file is missing.
    """
    report = read_report(results)
    if report.quick:
        raise CannotPublish("the newest results are those of a quick run: run `make bench` first")
    if not report.is_complete:
        missing = ", ".join(part for part in PARTS if part not in report.parts)
        raise CannotPublish(f"the newest results lack {missing}: run `make bench` without PARTS first")
    pages = {
        docs / name: with_figures((docs / name).read_text(encoding="utf-8"), section(report, language))
        for language, name in PAGES.items()
    }
    shutil.copyfile(plot, docs / PLOT)
    (docs / DATA).write_text(to_json(report), encoding="utf-8", newline="\n")
    for page, text in pages.items():
        page.write_text(text, encoding="utf-8", newline="\n")
    return report


def section(report: Report | None, language: str) -> str:
    """Returns what stands between the markers: the figures, or that there are none."""
    if report is None:
        return in_language(_UNPUBLISHED, language)
    made = in_language(_MADE, language).format(
        command=report.command,
        date=report.date,
        commit=report.commit,
        seconds=report.seconds,
        load=report.load,
        counter=report.counter,
        **report.machine,
    )
    picture = f"![{in_language(_ALT, language)}]({PLOT})\n"
    return "\n".join([made, picture, in_language(_READING, language), tables(report, language)])


def with_figures(page: str, figures: str) -> str:
    """Returns the page with the figures between its markers. Raises CannotPublish when it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise CannotPublish(f"the page lacks the markers {BEGIN} and {END}")
    return f"{before}{begin}\n\n{figures}\n{end}{after}"


def figures_in(page: str) -> str:
    """Returns what stands between the markers of a page."""
    return page.partition(BEGIN)[2].partition(END)[0].strip("\n") + "\n"
