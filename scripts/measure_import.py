"""Measure what `import feishu_mail` costs, compared with importing the libraries that it stands on.

Whole processes are timed, in alternating order, so that a slow moment of the machine hits both sides. Give it an
interpreter that holds the wheel and its core requirements only: optional packages would hide a needless import.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

FOUNDATION = "import httpx, attrs"
PACKAGE = "import feishu_mail"
UNWANTED = frozenset({"aiohttp", "argparse", "feishu_mail_sandbox", "yaml"})


def run(interpreter: str, code: str) -> str:
    """Run code in a fresh interpreter that sees nothing of the caller's folder and environment variables."""
    command = [interpreter, "-I", "-c", code]
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True).stdout


def measure(interpreter: str, statements: Sequence[str], runs: int) -> dict[str, float]:
    """Return the median of seconds that a process with each statement takes."""
    seconds: dict[str, list[float]] = {statement: [] for statement in statements}
    for statement in statements:
        run(interpreter, statement)  # the first run fills the disk's cache and is not counted
    for number in range(runs):
        for statement in statements if number % 2 else reversed(statements):
            start = time.perf_counter()
            run(interpreter, statement)
            seconds[statement].append(time.perf_counter() - start)
    return {statement: statistics.median(values) for statement, values in seconds.items()}


def modules_after(interpreter: str, statement: str) -> set[str]:
    """Return the names of all modules that are loaded once the statement has run."""
    # Nothing is imported to format the answer: it would hide that the package imports the same.
    return set(run(interpreter, f"{statement}\nimport sys\nprint(*sys.modules, sep='\\n')").splitlines())


def additional_modules(interpreter: str) -> list[str]:
    """Return what the package loads beyond itself, its client and its core requirements."""
    foundation = modules_after(interpreter, "import httpx, attrs, stamina")
    additional = modules_after(interpreter, PACKAGE) - foundation
    return sorted(name for name in additional if top_level(name) not in {"feishu_mail", "feishu_mail_client"})


def top_level(module: str) -> str:
    """Return the name of the package that a module belongs to."""
    return module.partition(".")[0]


def positive(text: str) -> float:
    """Read a number above zero."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not above zero")
    return number


def positive_whole(text: str) -> int:
    """Read a whole number above zero."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not above zero")
    return number


def main() -> int:
    """Measure, print, and return 1 when the import costs too much or loads what it should not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="the interpreter to measure with (default: this one)")
    parser.add_argument("--runs", type=positive_whole, default=21, help="runs of each side (default: %(default)s)")
    parser.add_argument("--limit", type=positive, default=1.3, help="the highest ratio allowed (default: %(default)s)")
    options = parser.parse_args()

    try:
        additional = additional_modules(options.python)
        medians = measure(options.python, ("pass", FOUNDATION, PACKAGE), options.runs)
    except (OSError, subprocess.CalledProcessError) as error:
        parser.error(f"{options.python} cannot be measured: {error}")

    print(f"Loaded beyond httpx, attrs and stamina: {', '.join(additional) or 'nothing'}")
    for statement, seconds in medians.items():
        print(f"{seconds * 1000:8.1f} ms  {statement}")
    start, foundation, package = medians.values()
    ratio = package / foundation
    ratio_without_start = (package - start) / (foundation - start)
    print(
        f"Ratio: {ratio:.2f}, limit {options.limit:g} (without the interpreter's own start: {ratio_without_start:.2f})"
    )

    unwanted = sorted(UNWANTED.intersection(map(top_level, additional)))
    if unwanted:
        print(f"`{PACKAGE}` must not load {', '.join(unwanted)}", file=sys.stderr)
    if ratio > options.limit:
        print(f"`{PACKAGE}` costs more than {options.limit:g} times `{FOUNDATION}`", file=sys.stderr)
    return 1 if unwanted or ratio > options.limit else 0


if __name__ == "__main__":
    sys.exit(main())
