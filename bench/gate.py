"""The gate in CI: what importing loads, and three ratios to bare httpx with generous limits."""

from collections.abc import Collection, Sequence
from typing import Final

from bench.children import run
from bench.contender_table import GATED, SDK
from bench.figures import Figures
from bench.measurements import Tell, measure
from bench.recording import Recording
from bench.sizes import GATE as SIZES
from bench.tables import demands_table, part_table
from bench.thresholds import GATE, Verdict, judge

PARTS: Final = ("cold-start", "import", "sync")
FOUNDATION: Final = "anyio, httpx"
OURS: Final = frozenset({"feishu_mail", "feishu_mail_client"})
UNWANTED: Final = frozenset({"aiohttp", "argparse", "feishu_mail_sandbox", "yaml"})


def hold(tell: Tell) -> int:
    """Measures, prints, and returns 1 when a call, a start or the import costs too much or loads what it should not.

    Raises:
        BenchError: a contender or the server failed.
    """
    additional = beyond(_modules_after(f"import {SDK.package}"), _modules_after(f"import {FOUNDATION}"))
    recording = Recording()
    measure(PARTS, SIZES, GATED, tell, recording)
    figures = recording.figures()
    verdicts = judge(figures, GATE)
    print(rendered(figures, verdicts, additional))
    return exit_code(verdicts, additional)


def _modules_after(statement: str) -> Collection[str]:
    # Nothing is imported to tell: it would hide that the package imports the same.
    return run([SDK.python, "-I", "-c", f"{statement}\nimport sys\nprint(*sys.modules, sep='\\n')"])[0].splitlines()


def top_level(module: str) -> str:
    """Returns the name of the package that a module belongs to."""
    return module.partition(".")[0]


def beyond(loaded: Collection[str], foundation: Collection[str]) -> Sequence[str]:
    """Returns what is loaded beyond the foundation and our own packages."""
    return sorted(name for name in set(loaded) - set(foundation) if top_level(name) not in OURS)


def unwanted(additional: Collection[str]) -> Sequence[str]:
    """Returns the packages among the modules that importing must not load."""
    return sorted(UNWANTED.intersection(map(top_level, additional)))


def rendered(figures: Figures, verdicts: Sequence[Verdict], additional: Sequence[str]) -> str:
    """Returns what is printed."""
    told = [part_table(figures, part, "en") for part in PARTS]
    told.append(demands_table(verdicts, "en"))
    told.append(f"`import {SDK.package}` loads beyond {FOUNDATION}: {', '.join(additional) or 'nothing'}")
    if unwanted(additional):
        told.append(f"It must not load {', '.join(unwanted(additional))}")
    return "\n".join(told)


def exit_code(verdicts: Sequence[Verdict], additional: Collection[str]) -> int:
    """Returns 0 when every ratio was measured and holds, and nothing unwanted is loaded; else 1."""
    complete = {verdict.name for verdict in verdicts} == {demand.name for demand in GATE}
    return 0 if complete and all(verdict.held for verdict in verdicts) and not unwanted(additional) else 1
