"""Attack the SDK with what no honest service, machine or caller does, and count the promises that broke.

One program for each class of faults, in tests/attacks; each also attacks a client that is weak on purpose, and must
convict it. Everything happens on this machine. Exits with 1 when a promise broke, or a weak client was not convicted.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_ROOT = Path(__file__).parents[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the programs that are asked for, one after the other, and returns 1 if any of them failed."""
    programs = sorted(
        path.stem for path in (_ROOT / "tests/attacks").glob("*.py") if "ATTACK =" in path.read_text("utf-8")
    )
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=programs, action="append", metavar="NAME", help=", ".join(programs))
    options, rest = parser.parse_known_args(arguments)
    failed = [
        name
        for name in options.only or programs
        if subprocess.run([sys.executable, "-m", f"tests.attacks.{name}", *rest], cwd=_ROOT, check=False).returncode
    ]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
