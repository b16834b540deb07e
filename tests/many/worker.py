"""One run of ``send_many`` in a process of its own, altered from outside: to die at some point, or to be weak.

Its one argument is the JSON of an ``Order``; what went wrong it says on stderr.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import IO

from feishu_mail import Pace
from feishu_mail.many.fleet import work
from feishu_mail.many.report import Report
from feishu_mail.many.run import send_many
from feishu_mail.outcomes.exceptions import FeishuMailError
from tests.many.alterations import alter
from tests.many.watched_sandbox import token_of

EXIT_LEDGER_FAILED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a worker is to do."""

    ledger: str
    base_url: str
    drafts: str
    """A file with mailboxes and ids, as JSON."""
    calls: int
    seconds: float
    timeout: float = 1.5
    lease: float = 2.0
    alterations: Sequence[str] = ()
    """As ``alter`` takes them."""
    of_fleet: bool = False
    """Whether it is one of a fleet, whose jobs procrastinate hands out."""
    largest_file: int | None = None
    """Bytes; what is written beyond fails."""

    def start(self, stderr: IO[bytes]) -> "subprocess.Popen[bytes]":
        """Starts a worker that does it."""
        command = [sys.executable, "-m", "tests.many.worker", json.dumps(asdict(self))]
        return subprocess.Popen(
            command, cwd=Path(__file__).parents[2], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr
        )


def main() -> int:
    """Does what the argument says."""
    order = Order(**json.loads(sys.argv[1]))
    for alteration in order.alterations:
        alter(alteration)
    if order.largest_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order.largest_file, order.largest_file))
    drafts = [(mailbox, draft_id) for mailbox, draft_id in json.loads(Path(order.drafts).read_text("utf-8"))]
    run: Callable[..., Report] = partial(work, drain=True) if order.of_fleet else send_many
    try:
        report = run(
            drafts,
            ledger=order.ledger,
            tokens=token_of,
            pace=Pace(calls=order.calls, seconds=order.seconds),
            base_url=order.base_url,
            timeout=order.timeout,
            lease=order.lease,
        )
    except FeishuMailError as error:
        print(error, file=sys.stderr)
        return EXIT_LEDGER_FAILED
    if report.stopped or report.interrupted_by:
        print(report, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
