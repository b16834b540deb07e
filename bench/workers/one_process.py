"""Runs a command once, and prints what the whole process cost: wall seconds, CPU seconds, peak memory in bytes.

It imports next to nothing and runs under ``-S``: a process begins with the peak memory of the one that it was forked
from, so that a large parent would be all that is seen. pyperf's own command runner does not tell CPU seconds.
"""

import os
import sys
import time


def main() -> int:
    """Returns the command's exit code."""
    began = time.perf_counter()
    child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - began
    print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
