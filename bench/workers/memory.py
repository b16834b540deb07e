"""Sends very many drafts in one process, and prints what it holds on the way: resident memory, sockets, threads."""

import json
import os
import sys
from importlib import import_module
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "contenders"))


def held() -> dict[str, int]:
    """Returns the bytes that are resident, the open sockets and the threads of this process."""
    resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    sockets = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            sockets += str(descriptor.readlink()).startswith("socket:")
        except FileNotFoundError:  # it was the listing's own
            continue
    return {"rss": resident, "sockets": sockets, "threads": len(list(Path("/proc/self/task").iterdir()))}


def main() -> None:
    """Takes the contender, the base URL, after how many sends to look first, and how many to send."""
    contender, base_url, first_look, sends = sys.argv[1:]
    before = held()
    looks = [before]
    with import_module(contender).opened(base_url) as send:
        for number in range(1, int(sends) + 1):
            if not send("me", f"draft-{number}"):
                raise RuntimeError("the draft was not sent")
            if number in {int(first_look), int(sends)}:
                looks.append(held())
    print(json.dumps([*looks, held()]))


if __name__ == "__main__":
    main()
