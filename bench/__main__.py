"""`make bench`: what the SDK costs beside other clients, against one server on this machine's loopback.

Prints a table, and whether each demand is met. The values go to build/bench/*.json, for `pyperf compare_to`.

Exit codes: 0 measured, and with --gate or in a full run every demand is met; 1 one is not; 2 could not measure;
130 interrupted.
"""

import argparse
import signal
import sys
import time
from collections.abc import Sequence

from bench.measuring import BenchError, measure, modules_after, table
from bench.plan import ENDURANCE, GATE_MARGIN, PARTS, judge_endurance, judge_import, judge_ratios


def main(arguments: Sequence[str] | None = None) -> int:
    """Does what the arguments say, and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--quick", action="store_true", help="few rounds, in about a minute: nothing is demanded")
    length.add_argument("--gate", action="store_true", help=f"few rounds; limits are {GATE_MARGIN} times as wide")
    options = parser.parse_args(arguments)
    # A shell lets its background jobs ignore SIGINT; and whoever ends this process ends its server, too.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    try:
        met = run(quick=options.quick or options.gate, margin=GATE_MARGIN if options.gate else 1.0)
    except BenchError as problem:
        print(f"bench: {problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bench: interrupted", file=sys.stderr)
        return 130
    return 0 if met or options.quick else 1


def run(*, quick: bool, margin: float) -> bool:
    """Measures everything, prints it, and returns whether every demand is met."""
    began = time.monotonic()

    def report(text: str) -> None:
        print(f"[{time.monotonic() - began:3.0f} s] {text}", file=sys.stderr, flush=True)

    loaded = modules_after("import feishu_mail")
    figures = measure(PARTS, quick=quick, report=report)
    held = measure([ENDURANCE], quick=quick, report=report)
    print(table(figures))
    verdicts = [verdict for part in PARTS for verdict in judge_ratios(part, figures, margin)]
    verdicts += [*judge_endurance(held), judge_import(loaded)]
    for verdict in verdicts:
        print(f"{'met' if verdict.met else 'NOT MET':8}{verdict.text}")
    print(f"Took {time.monotonic() - began:.0f} s, without installing.")
    return all(verdict.met for verdict in verdicts)


if __name__ == "__main__":
    sys.exit(main())
