"""A sandbox inside this process, on a thread of its own."""

import asyncio
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import contextmanager
from threading import Thread

from feishu_mail_sandbox.control import SandboxControl
from feishu_mail_sandbox.document import Document, load_document
from feishu_mail_sandbox.sandbox import Sandbox
from feishu_mail_sandbox.server import serving
from feishu_mail_sandbox.service import Service, serve


@contextmanager
def running_sandbox(
    *, host: str = "127.0.0.1", port: int = 0, document: Document | None = None, service: Service = serve
) -> Generator[SandboxControl, None, None]:
    """Runs a sandbox while the context is open; port 0 takes a free one. Yields its control, with `.base_url`.

    Another `service` is for tests that need a service with a defect.
    Raises OSError when the address cannot be bound, and DocumentError when the document cannot be served.
    """
    sandbox = Sandbox(document or load_document())
    started: Future[tuple[str, Callable[[], object]]] = Future()

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        try:
            async with serving(sandbox, host, port, service=service) as base_url:
                started.set_result((base_url, lambda: loop.call_soon_threadsafe(stop.set)))
                await stop.wait()
        except BaseException as problem:
            if started.done():
                raise
            # Whoever waits for the start is told, whatever the reason.
            started.set_exception(problem)

    thread = Thread(target=lambda: asyncio.run(run()), name="feishu-mail-sandbox", daemon=True)
    thread.start()
    try:
        base_url, stop = started.result()
    except BaseException:
        thread.join()
        raise
    try:
        yield SandboxControl(base_url)
    finally:
        stop()
        thread.join()
