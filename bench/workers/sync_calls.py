"""The CPU time of a send: warm, one after the other, over one kept-alive connection. pyperf does the measuring."""

import argparse
import itertools
import sys
import time
from collections.abc import Callable, MutableSequence
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

# The environments hold the contenders and nothing else; pyperf comes from a folder beside them.
sys.path += [str(Path(__file__).parents[1] / "contenders"), sys.argv[1]]

import pyperf


def add_arguments(command: MutableSequence[str], options: argparse.Namespace) -> None:
    """Hands pyperf's own process what this one was given."""
    command += ["--contender", options.contender, "--url", options.url]


def main() -> None:
    """Measures, and leaves the writing of the results to pyperf."""
    tools = sys.argv.pop(1)
    runner = pyperf.Runner(program_args=("-I", __file__, tools), add_cmdline_args=add_arguments)
    runner.argparser.add_argument("--contender", required=True)
    runner.argparser.add_argument("--url", required=True)
    options = runner.parse_args()
    drafts = map("draft-{}".format, itertools.count())

    with ExitStack() as open_clients:
        senders: list[Callable[[str, str], str | None]] = []

        def measure(sends: int) -> float:
            if not senders:
                # Not in pyperf's main process, which does not send.
                senders.append(open_clients.enter_context(import_module(options.contender).opened(options.url)))
            (send,) = senders
            began = time.process_time()
            for draft in itertools.islice(drafts, sends):
                if not send("me", draft):
                    raise RuntimeError("the draft was not sent")
            return time.process_time() - began

        runner.bench_time_func(options.contender, measure)


if __name__ == "__main__":
    main()
