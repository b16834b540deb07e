"""Sends as many drafts as it is told, and nothing else: under callgrind, two such runs differ by the calls alone."""

import sys
from importlib import import_module
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "contenders"))


def main() -> int:
    """Returns 1 when a draft was not sent."""
    contender, base_url, sends = sys.argv[1:]
    with import_module(contender).opened(base_url) as send:
        return 0 if all(send("me", f"draft-{number:06}") for number in range(int(sends))) else 1


if __name__ == "__main__":
    sys.exit(main())
