"""A sandbox in a process of its own, so that neither forks nor its own work disturb what is attacked."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from feishu_mail_sandbox import SandboxControl

COMMAND = (sys.executable, "-m", "feishu_mail_sandbox", "--port", "0")


class SandboxProcess(NamedTuple):
    """A sandbox that runs."""

    control: SandboxControl
    process: "subprocess.Popen[str]"
    stderr: IO[bytes]

    def said(self) -> str:
        """Returns what it has written to stderr so far."""
        self.stderr.seek(0)
        return self.stderr.read().decode("utf-8", "replace")

    def resident_kib(self) -> int:
        """Returns its memory, as Linux counts it."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        return int(status.partition("VmRSS:")[2].split()[0])


@contextmanager
def sandbox_process(*command: str) -> Iterator[SandboxProcess]:
    """Runs a sandbox without rate limits while the context is open."""
    with (
        tempfile.TemporaryFile("a+b") as stderr,
        subprocess.Popen(command or COMMAND, stdout=subprocess.PIPE, stderr=stderr, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            control = SandboxControl(process.stdout.readline().strip())
            control.settings(rate_limit=None)
            yield SandboxProcess(control, process, stderr)
        finally:
            process.terminate()
