"""The command line of the sandbox: start it, print where it is, serve until told to stop."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, suppress

from feishu_mail_sandbox.document import DocumentError, load_document
from feishu_mail_sandbox.request_path import is_loopback

_DESCRIPTION = """\
A stand-in for the Feishu/Lark service that sends mail drafts, for tests. The first line on standard output is its base
URL, printed once it accepts connections. SIGINT or SIGTERM stops it. No mail leaves this machine."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the sandbox until it is interrupted. Returns the exit code: 0, or 1 when it could not start."""
    parser = argparse.ArgumentParser(prog="feishu_mail_sandbox", description=_DESCRIPTION)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=0, help="port to listen on; 0, the default, takes a free one")
    arguments = parser.parse_args(argv)
    if not is_loopback(arguments.host):
        _complain(f"warning: {arguments.host} is not loopback; whoever reaches this port can use the sandbox")
    try:
        # Not before --help is answered, and not where the extra is not installed.
        from feishu_mail_sandbox.sandbox import Sandbox
        from feishu_mail_sandbox.server import serving

        asyncio.run(_until_signal(serving(Sandbox(load_document()), arguments.host, arguments.port)))
    except KeyboardInterrupt:
        return 0
    except ModuleNotFoundError as problem:
        return _failed(f'{problem}; the sandbox needs: pip install "feishu-mail[sandbox]"')
    except DocumentError as problem:
        return _failed(str(problem))
    except OSError as problem:
        return _failed(f"cannot listen on {arguments.host} port {arguments.port}: {problem.strerror or problem}")
    return 0


async def _until_signal(served: AbstractAsyncContextManager[str]) -> None:
    stop = asyncio.Event()
    async with served as base_url:
        for stopping in (signal.SIGINT, signal.SIGTERM):
            # Windows has no such handlers; there Ctrl-C arrives as KeyboardInterrupt.
            with suppress(NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(stopping, stop.set)
        print(base_url, flush=True)
        await stop.wait()


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return port


_port.__name__ = "port"


def _failed(text: str) -> int:
    _complain(text)
    return 1


def _complain(text: str) -> None:
    print(f"feishu_mail_sandbox: {text}", file=sys.stderr)
