"""Call through every fault, at every position in a call, under every policy, and count the broken promises.

The SDK talks to the sandbox through real sockets. The sandbox's ledger of what really went out is the judge. Waits
between attempts take no time. Exits with 1 when a promise was broken.
"""

import argparse
import faulthandler
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.faults.matrix import fault_bed
from tests.faults.ways import WAYS


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cells that are asked for, print the table, and return 1 if any of them shows a violation."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="TEXT", help="only faults with this text in their name")
    parser.add_argument("--way", choices=WAYS, action="append", help="only this way of calling (default: all)")
    parser.add_argument("--list", action="store_true", help="list the faults and stop")
    parser.add_argument("--limit", type=float, default=600, help="give up after so many seconds (default: %(default)s)")
    options = parser.parse_args(arguments)

    # A call that hangs for good must not hang this command: it ends with the traces of all threads.
    faulthandler.dump_traceback_later(options.limit, exit=True)
    began = time.monotonic()
    run: Counter[str] = Counter()
    broken: list[str] = []
    with fault_bed() as bed:
        faults = [fault for fault in bed.faults() if options.only in fault.name]
        if options.list:
            print(*(f"{fault.outcome:9} {fault.name}" for fault in faults), sep="\n")
            return 0
        for name in options.way or WAYS:
            for cell in bed.cells(WAYS[name], options.only):
                run[name] += 1
                broken += [f"{name}: {cell}: {violation}" for violation in bed.run(cell, WAYS[name])]
    faulthandler.cancel_dump_traceback_later()

    for violation in broken:
        print(violation, file=sys.stderr)
    print(f"{'faults':29} {len(faults):5}")
    for name, count in run.items():
        print(f"{name:29} {count:5} cells")
    print(f"{'cells':29} {run.total():5}  (fault x position x policy x way of calling)")
    print(f"{'violations':29} {len(broken):5}")
    print(f"in {time.monotonic() - began:.0f} s")
    return 1 if broken or not run else 0


if __name__ == "__main__":
    sys.exit(main())
